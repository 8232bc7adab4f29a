package kontiki.node.kubelet.runtime;

import java.util.Map;

/**
 * Expands {@code $(NAME)}: a known name becomes its value, an unknown one stays as it is, and
 * {@code $$} is one dollar sign (docs: "Define Dependent Environment Variables").
 */
public final class Expansion {
  private Expansion() {}

  public static String expand(String text, Map<String, String> values) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$' || at + 1 == text.length()) {
        out.append(c);
        at++;
        continue;
      }
      int close = text.indexOf(')', at);
      if (text.charAt(at + 1) == '$') {
        out.append('$');
        at += 2;
      } else if (text.charAt(at + 1) == '(' && close > 0) {
        String name = text.substring(at + 2, close);
        String value = values.get(name);
        out.append(value == null ? text.substring(at, close + 1) : value);
        at = close + 1;
      } else {
        out.append('$');
        at++;
      }
    }
    return out.toString();
  }
}
