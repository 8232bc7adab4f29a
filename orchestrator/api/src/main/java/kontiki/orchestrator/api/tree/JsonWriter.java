package kontiki.orchestrator.api.tree;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON in Go's form into a growing array of bytes. For one thread at a time; usable for
 * splicing: raw pieces and trees can be written one after the other.
 */
public final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** For each ASCII character: 0 written as it is, 1 escaped with its number, else its letter. */
  private static final byte[] ESCAPES = escapes();

  private byte[] bytes;
  private int length;

  public JsonWriter(int capacity) {
    bytes = new byte[capacity];
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[128];
    Arrays.fill(escapes, 0, 0x20, (byte) 1);
    escapes['<'] = 1;
    escapes['>'] = 1;
    escapes['&'] = 1;
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    return escapes;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  public int length() {
    return length;
  }

  /** Writes bytes that are JSON already. */
  public JsonWriter raw(byte[] piece) {
    ensure(piece.length);
    System.arraycopy(piece, 0, bytes, length, piece.length);
    length += piece.length;
    return this;
  }

  public JsonWriter ascii(String piece) {
    int count = piece.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) piece.charAt(i);
    }
    return this;
  }

  public JsonWriter value(@Nullable Object value) {
    switch (value) {
      case null -> ascii("null");
      case String text -> string(text);
      case JsonObject object -> object(object);
      case List<?> list -> array(list);
      case Long number -> ascii(Long.toString(number));
      case Boolean truth -> ascii(truth ? "true" : "false");
      case Double number -> ascii(number(number));
      case BigInteger number -> ascii(number.toString());
      default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
    }
    return this;
  }

  private void object(JsonObject object) {
    int count = object.size();
    put('{');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        put(',');
      }
      string(object.keyAt(i));
      put(':');
      value(object.valueAt(i));
    }
    put('}');
  }

  private void array(List<?> items) {
    put('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        put(',');
      }
      value(items.get(i));
    }
    put(']');
  }

  void indented(@Nullable Object value, int level) {
    if (value instanceof JsonObject object && !object.isEmpty()) {
      put('{');
      for (int i = 0; i < object.size(); i++) {
        newLine(i, level + 1);
        string(object.keyAt(i));
        ascii(": ");
        indented(object.valueAt(i), level + 1);
      }
      newLine(0, level);
      put('}');
    } else if (value instanceof List<?> items && !items.isEmpty()) {
      put('[');
      for (int i = 0; i < items.size(); i++) {
        newLine(i, level + 1);
        indented(items.get(i), level + 1);
      }
      newLine(0, level);
      put(']');
    } else {
      value(value);
    }
  }

  private void newLine(int position, int level) {
    if (position > 0) {
      put(',');
    }
    put('\n');
    ascii("  ".repeat(level));
  }

  public JsonWriter string(String text) {
    int count = text.length();
    ensure(count + 2);
    bytes[length++] = '"';
    int i = 0;
    while (i < count) {
      char c = text.charAt(i);
      if (c >= 128 || ESCAPES[c] != 0) {
        break;
      }
      bytes[length++] = (byte) c;
      i++;
    }
    if (i < count) {
      slowString(text, i);
    }
    put('"');
    return this;
  }

  private void slowString(String text, int from) {
    ensure((text.length() - from) * 6 + 1);
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 128) {
        escape(c, ESCAPES[c]);
      } else if (c < 0x800) {
        bytes[length++] = (byte) (0xc0 | c >> 6);
        bytes[length++] = (byte) (0x80 | c & 0x3f);
      } else if (c == '\u2028' || c == '\u2029') {
        unicode(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        bytes[length++] = (byte) (0xf0 | point >> 18);
        bytes[length++] = (byte) (0x80 | point >> 12 & 0x3f);
        bytes[length++] = (byte) (0x80 | point >> 6 & 0x3f);
        bytes[length++] = (byte) (0x80 | point & 0x3f);
      } else {
        three(Character.isSurrogate(c) ? '\ufffd' : c);
      }
    }
  }

  private void escape(char c, byte escape) {
    if (escape == 0) {
      bytes[length++] = (byte) c;
    } else if (escape == 1) {
      unicode(c);
    } else {
      bytes[length++] = '\\';
      bytes[length++] = escape;
    }
  }

  private void three(char c) {
    bytes[length++] = (byte) (0xe0 | c >> 12);
    bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
    bytes[length++] = (byte) (0x80 | c & 0x3f);
  }

  private void unicode(char c) {
    bytes[length++] = '\\';
    bytes[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = HEX[c >> shift & 0xf];
    }
  }

  private void put(char c) {
    ensure(1);
    bytes[length++] = (byte) c;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /**
   * A number of 64 bits as Go's encoding/json writes it: plain between 1e-6 and 1e21, else with an
   * exponent without leading zero. JSON has no form for NaN and the infinities: they are refused.
   */
  static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("JSON has no form for " + value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    double size = Math.abs(value);
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (size >= 1e-6 && size < 1e21) {
      return digits.toPlainString();
    }
    String unscaled = digits.unscaledValue().abs().toString();
    int exponent = unscaled.length() - 1 - digits.scale();
    String mantissa =
        unscaled.length() == 1 ? unscaled : unscaled.charAt(0) + "." + unscaled.substring(1);
    return (value < 0 ? "-" : "") + mantissa + (exponent < 0 ? "e" : "e+") + exponent;
  }
}
