package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts as Go's standard library writes and reads them, for output equal to etcdctl's. */
final class GoText {
  private static final Pattern DURATION_PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private GoText() {}

  /** {@code strconv.Quote}: printable Unicode as it is, bytes that are no UTF-8 as \xNN. */
  static String quote(ByteString bytes) {
    var text = new StringBuilder("\"");
    int at = 0;
    while (at < bytes.size()) {
      int length = utf8Length(bytes, at);
      if (length == 0) {
        text.append(String.format("\\x%02x", bytes.byteAt(at) & 0xff));
        at++;
      } else {
        appendQuoted(text, bytes.substring(at, at + length).toStringUtf8().codePointAt(0));
        at += length;
      }
    }
    return text.append('"').toString();
  }

  static String quote(String text) {
    return quote(ByteString.copyFromUtf8(text));
  }

  private static void appendQuoted(StringBuilder text, int c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case 7 -> text.append("\\a");
      case '\b' -> text.append("\\b");
      case '\f' -> text.append("\\f");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case 11 -> text.append("\\v");
      default -> {
        if (isPrintable(c)) {
          text.appendCodePoint(c);
        } else if (c < ' ' || c == 0x7f) {
          text.append(String.format("\\x%02x", c));
        } else if (c < 0x10000) {
          text.append(String.format("\\u%04x", c));
        } else {
          text.append(String.format("\\U%08x", c));
        }
      }
    }
  }

  /** {@code unicode.IsPrint}: letters, marks, numbers, punctuation, symbols, and the space. */
  private static boolean isPrintable(int c) {
    if (c == ' ') {
      return true;
    }
    return switch ((byte) Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The length of the one UTF-8 character at a place, or 0 where the bytes are none. */
  static int utf8Length(ByteString bytes, int at) {
    int first = bytes.byteAt(at) & 0xff;
    int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || first > 0xf4 || at + length > bytes.size()) {
      return 0;
    }
    return bytes.substring(at, at + length).isValidUtf8() ? length : 0;
  }

  /** {@code Duration.String}: 1h2m3.5s, 3.321378ms, 15µs, 0s. */
  static String duration(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    nanos = Math.abs(nanos);
    if (nanos < 1_000) {
      return sign + nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return sign + decimal(nanos, 1_000) + "µs";
    }
    if (nanos < NANOS_PER_SECOND) {
      return sign + decimal(nanos, 1_000_000) + "ms";
    }
    long seconds = nanos / NANOS_PER_SECOND;
    var text = new StringBuilder(sign);
    if (seconds >= 3600) {
      text.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      text.append(seconds / 60 % 60).append('m');
    }
    long ofMinute = nanos % (60 * NANOS_PER_SECOND);
    return text.append(decimal(ofMinute, NANOS_PER_SECOND)).append('s').toString();
  }

  private static String decimal(long number, long unit) {
    return java.math.BigDecimal.valueOf(number)
        .divide(java.math.BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }

  /**
   * {@code time.ParseDuration}, without negative ones.
   *
   * @throws IllegalArgumentException where the text is no duration
   */
  static Duration parseDuration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher part = DURATION_PART.matcher(text);
    double nanos = 0;
    int end = 0;
    while (part.find() && part.start() == end) {
      nanos += Double.parseDouble(part.group(1)) * nanosPer(part.group(2));
      end = part.end();
    }
    if (end == 0 || end != text.length()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration: write for example 5s, 500ms or 1m30s");
    }
    return Duration.ofNanos(Math.round(nanos));
  }

  private static double nanosPer(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> throw new IllegalArgumentException("unknown unit " + unit);
    };
  }

  /** Sizes as etcdctl shows them (go-humanize's {@code Bytes}): 25 kB, 1.2 MB, 999 B. */
  static String bytes(long size) {
    if (size < 10) {
      return size + " B";
    }
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    int power = (int) Math.floor(Math.log(size) / Math.log(1000));
    double value = Math.floor(size / Math.pow(1000, power) * 10 + 0.5) / 10;
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[power]);
  }

  /** {@code \x66\x6f}: every byte of a key or value, for {@code --hex}. */
  static String hex(ByteString bytes) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes.size(); i++) {
      text.append(String.format("\\x%02x", bytes.byteAt(i) & 0xff));
    }
    return text.toString();
  }
}
