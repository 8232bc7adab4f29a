package kontiki.orchestrator.api.tree;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes YAML as go-yaml does: block style, lists at their parent's indentation, sorted keys. */
final class YamlWriter {
  private static final Pattern TIMESTAMP =
      Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");
  private static final Pattern SEXAGESIMAL =
      Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?");
  private static final Pattern SPECIAL_FLOAT =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

  private final StringBuilder out;

  YamlWriter(StringBuilder out) {
    this.out = out;
  }

  void document(@Nullable Object value) {
    switch (value) {
      case JsonObject object when !object.isEmpty() -> object(object, 0, false);
      case JsonArray array when !array.isEmpty() -> array(array, 0, false);
      case null, default -> {
        scalar(value, 0);
        out.append('\n');
      }
    }
  }

  private void object(JsonObject object, int indent, boolean inline) {
    List<String> keys = new ArrayList<>(object.keys());
    keys.sort(NaturalOrder::compare);
    boolean first = inline;
    for (String key : keys) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      if (key.indexOf('\n') >= 0) {
        quoted(key);
      } else {
        text(key, indent);
      }
      out.append(':');
      switch (object.get(key)) {
        case JsonObject inner when !inner.isEmpty() -> {
          out.append('\n');
          object(inner, indent + 2, false);
        }
        case JsonArray inner when !inner.isEmpty() -> {
          out.append('\n');
          array(inner, indent, false);
        }
        case null, default -> {
          out.append(' ');
          scalar(object.get(key), indent);
          out.append('\n');
        }
      }
    }
  }

  private void array(JsonArray array, int indent, boolean inline) {
    boolean first = inline;
    for (Object item : array) {
      if (!first) {
        out.repeat(' ', indent);
      }
      first = false;
      out.append("- ");
      switch (item) {
        case JsonObject inner when !inner.isEmpty() -> object(inner, indent + 2, true);
        case JsonArray inner when !inner.isEmpty() -> array(inner, indent + 2, true);
        case null, default -> {
          scalar(item, indent);
          out.append('\n');
        }
      }
    }
  }

  private void scalar(@Nullable Object value, int indent) {
    switch (value) {
      case null -> out.append("null");
      case JsonObject object -> out.append("{}");
      case JsonArray array -> out.append("[]");
      case String text -> text(text, indent);
      case Long number -> out.append(number.longValue());
      case BigInteger number -> out.append(number);
      case Boolean truth -> out.append(truth.booleanValue());
      default -> out.append(Json.writeText(value));
    }
  }

  private void text(String text, int indent) {
    if (text.indexOf('\n') >= 0 && literal(text)) {
      block(text, indent);
    } else if (!printable(text) || text.indexOf('\n') >= 0 || means(text)) {
      quoted(text);
    } else if (plain(text)) {
      out.append(text);
    } else {
      out.append('\'').append(text.replace("'", "''")).append('\'');
    }
  }

  /** Whether plain text would be read as something else. */
  private static boolean means(String text) {
    return !(YamlScalars.resolve(text) instanceof String)
        || text.equals("<<")
        || text.equals("=")
        || TIMESTAMP.matcher(text).matches()
        || SEXAGESIMAL.matcher(text).matches()
        || SPECIAL_FLOAT.matcher(text).matches();
  }

  private static boolean plain(String text) {
    char first = text.charAt(0);
    boolean blankSecond = text.length() == 1 || text.charAt(1) == ' ' || text.charAt(1) == '\t';
    if ("#,[]{}&*!|>'\"%@`".indexOf(first) >= 0
        || "?:-".indexOf(first) >= 0 && blankSecond
        || text.startsWith("---")
        || text.startsWith("...")) {
      return false;
    }
    if (first == ' ' || text.endsWith(" ")) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean blankAfter = i + 1 == text.length() || text.charAt(i + 1) == ' ';
      if (c == ':' && blankAfter || c == '#' && text.charAt(i - 1) == ' ') {
        return false;
      }
    }
    return true;
  }

  /** Whether text of more than one line can stand as it is: no blanks where they would be lost. */
  private static boolean literal(String text) {
    return printable(text) && !text.contains(" \n") && !text.endsWith(" ");
  }

  private static boolean printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\n'
          || c == 0x7f
          || c >= 0x80 && c < 0xa0
          || c == '\ufeff'
          || c == '\u2028'
          || c == '\u2029'
          || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private void block(String text, int indent) {
    out.append('|');
    if (text.charAt(0) == ' ' || text.charAt(0) == '\n') {
      out.append('2');
    }
    String body = text;
    if (!text.endsWith("\n")) {
      out.append('-');
    } else if (text.length() == 1 || text.charAt(text.length() - 2) == '\n') {
      out.append('+');
    }
    body = body.endsWith("\n") ? body.substring(0, body.length() - 1) : body;
    for (String line : body.split("\n", -1)) {
      out.append('\n');
      if (!line.isEmpty()) {
        out.repeat(' ', indent + 2).append(line);
      }
    }
  }

  private void quoted(String text) {
    out.append('"');
    text.codePoints().forEach(this::escaped);
    out.append('"');
  }

  private void escaped(int c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case 0 -> out.append("\\0");
      case 7 -> out.append("\\a");
      case 0x0b -> out.append("\\v");
      case 0x1b -> out.append("\\e");
      case 0x2028 -> out.append("\\u2028");
      case 0x2029 -> out.append("\\u2029");
      default -> {
        if (c < ' ' || c >= 0x7f && c < 0xa0) {
          out.append("\\x%02X".formatted(c));
        } else if (c == 0xfeff) {
          out.append("\\uFEFF");
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }

  /** The order of keys: runs of digits by number, letters after other characters. */
  private static final class NaturalOrder {
    static int compare(String a, String b) {
      boolean digits = false;
      for (int i = 0; i < a.length() && i < b.length(); i++) {
        char x = a.charAt(i);
        char y = b.charAt(i);
        if (x == y) {
          digits = Character.isDigit(x);
          continue;
        }
        boolean letter = Character.isLetter(x);
        boolean otherLetter = Character.isLetter(y);
        if (letter && otherLetter) {
          return Character.compare(x, y);
        }
        if (letter || otherLetter) {
          return digits == letter ? -1 : 1;
        }
        return numbers(a, b, i);
      }
      return Integer.compare(a.length(), b.length());
    }

    private static int numbers(String a, String b, int from) {
      String x = run(a, from);
      String y = run(b, from);
      BigInteger left = new BigInteger("0" + x);
      BigInteger right = new BigInteger("0" + y);
      if (a.charAt(from) == '0' || b.charAt(from) == '0') {
        for (int j = from - 1; j >= 0 && Character.isDigit(a.charAt(j)); j--) {
          if (a.charAt(j) != '0') {
            left = new BigInteger("1" + x);
            right = new BigInteger("1" + y);
            break;
          }
        }
      }
      int byNumber = left.compareTo(right);
      int byLength = Integer.compare(x.length(), y.length());
      return byNumber != 0
          ? byNumber
          : byLength != 0 ? byLength : Character.compare(a.charAt(from), b.charAt(from));
    }

    private static String run(String text, int from) {
      int end = from;
      while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
        end++;
      }
      return text.substring(from, end);
    }
  }
}
