package kontiki.orchestrator.api.tree;

import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What plain scalars mean in YAML 1.1, as sigs.k8s.io/yaml reads them. */
final class YamlScalars {
  private static final Map<String, Boolean> BOOLEANS =
      Map.ofEntries(
          Map.entry("true", true),
          Map.entry("True", true),
          Map.entry("TRUE", true),
          Map.entry("yes", true),
          Map.entry("Yes", true),
          Map.entry("YES", true),
          Map.entry("on", true),
          Map.entry("On", true),
          Map.entry("ON", true),
          Map.entry("y", true),
          Map.entry("Y", true),
          Map.entry("false", false),
          Map.entry("False", false),
          Map.entry("FALSE", false),
          Map.entry("no", false),
          Map.entry("No", false),
          Map.entry("NO", false),
          Map.entry("off", false),
          Map.entry("Off", false),
          Map.entry("OFF", false),
          Map.entry("n", false),
          Map.entry("N", false));

  private YamlScalars() {}

  /** A plain scalar's value: null, a boolean, a number or text. */
  static @Nullable Object resolve(String text) {
    switch (text) {
      case "", "~", "null", "Null", "NULL" -> {
        return null;
      }
      default -> {
        Boolean truth = BOOLEANS.get(text);
        return truth != null ? truth : number(text);
      }
    }
  }

  private static Object number(String text) {
    char first = text.charAt(0);
    if (!(first >= '0' && first <= '9') && "+-.".indexOf(first) < 0) {
      return text;
    }
    String plain = text.replace("_", "");
    if (plain.matches("[-+]?(0|[1-9][0-9]*)")) {
      return whole(plain, 10);
    }
    if (plain.matches("[-+]?0x[0-9a-fA-F]+")) {
      return whole(plain.replaceFirst("0x", ""), 16);
    }
    if (plain.matches("[-+]?0b[01]+")) {
      return whole(plain.replaceFirst("0b", ""), 2);
    }
    if (plain.matches("[-+]?0o?[0-7]+")) {
      return whole(plain.replaceFirst("0o?", ""), 8);
    }
    if (plain.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")
        && plain.length() < 400) {
      double wide = Double.parseDouble(plain);
      return wide == Math.rint(wide) && Math.abs(wide) < 1e15 ? (Object) (long) wide : wide;
    }
    return text;
  }

  private static Object whole(String digits, int radix) {
    BigInteger number =
        new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits, radix);
    return number.bitLength() < 64 ? (Object) number.longValue() : number;
  }
}
