package kontiki.orchestrator.api.yaml;

import com.google.re2j.Pattern;
import java.math.BigInteger;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a plain scalar means under YAML 1.1 as go-yaml v2 resolves it, which is what kubectl and the
 * API server of the field do: timestamps stay text, a leading zero is octal.
 */
final class YamlScalar {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUES =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSES =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*)");

  private YamlScalar() {}

  /** The value of a plain scalar: null, Boolean, Long, BigInteger, Double or String. */
  static @Nullable Object resolve(String text) {
    if (NULLS.contains(text)) {
      return null;
    }
    if (TRUES.contains(text)) {
      return true;
    }
    if (FALSES.contains(text)) {
      return false;
    }
    char first = text.charAt(0);
    if (first == '.' || first == '-' || first == '+' || (first >= '0' && first <= '9')) {
      return number(text);
    }
    return text;
  }

  /** Whether text must be quoted, because plain it would mean something else. */
  static boolean isAmbiguous(String text) {
    return !(resolve(text) instanceof String) || text.equals("<<") || isTimestamp(text);
  }

  private static boolean isTimestamp(String text) {
    return text.length() >= 8 && Character.isDigit(text.charAt(0)) && TIMESTAMP.matches(text);
  }

  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt]|["
              + " \\t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\\.[0-9]*)?["
              + " \\t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)?)?");

  private static Object number(String text) {
    if (INTEGER.matches(text)) {
      return integer(text);
    }
    if (FLOAT.matches(text)) {
      return Double.parseDouble(text);
    }
    return switch (text) {
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> Double.POSITIVE_INFINITY;
      case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
      case ".nan", ".NaN", ".NAN" -> Double.NaN;
      default -> text;
    };
  }

  private static Object integer(String text) {
    String digits = text.replace("_", "");
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      radix =
          switch (digits.charAt(1)) {
            case 'x' -> 16;
            case 'b' -> 2;
            default -> 8;
          };
      digits = digits.substring(radix != 8 || digits.charAt(1) == 'o' ? 2 : 1);
    }
    if (digits.isEmpty()) {
      return text;
    }
    BigInteger value = new BigInteger(digits, radix);
    if (negative) {
      value = value.negate();
    }
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }
}
