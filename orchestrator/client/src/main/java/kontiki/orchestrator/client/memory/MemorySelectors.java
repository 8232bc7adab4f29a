package kontiki.orchestrator.client.memory;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label and field selectors in their text form: {@code a=b,c!=d,e in (f,g),h,!i}. */
final class MemorySelectors {
  private MemorySelectors() {}

  static boolean labels(@Nullable String selector, Map<String, Object> object) {
    if (selector == null || selector.isEmpty()) {
      return true;
    }
    Object labels = Trees.at(object, "metadata", "labels");
    for (String rule : selector.split(",(?![^()]*\\))")) {
      if (!matches(rule.strip(), key -> labels instanceof Map<?, ?> m ? m.get(key) : null)) {
        return false;
      }
    }
    return true;
  }

  static boolean fields(@Nullable String selector, Map<String, Object> object) {
    if (selector == null || selector.isEmpty()) {
      return true;
    }
    for (String rule : selector.split(",")) {
      boolean match =
          matches(
              rule,
              key -> {
                Object value = Trees.at(object, key.split("\\."));
                return value == null ? "" : value;
              });
      if (!match) {
        return false;
      }
    }
    return true;
  }

  private interface Lookup {
    @Nullable Object value(String key);
  }

  private static boolean matches(String rule, Lookup lookup) {
    int in = rule.indexOf(" in (");
    int notIn = rule.indexOf(" notin (");
    if (in > 0 || notIn > 0) {
      int at = Math.max(in, notIn);
      List<String> values =
          List.of(rule.substring(rule.indexOf('(') + 1, rule.indexOf(')')).split(","));
      Object value = lookup.value(rule.substring(0, at));
      boolean contained = value != null && values.contains(value.toString());
      return contained == (in > 0);
    }
    int not = rule.indexOf("!=");
    if (not > 0) {
      Object value = lookup.value(rule.substring(0, not));
      return !rule.substring(not + 2).equals(value);
    }
    int equals = rule.indexOf('=');
    if (equals > 0) {
      String wanted = rule.substring(rule.startsWith("==", equals) ? equals + 2 : equals + 1);
      return wanted.equals(lookup.value(rule.substring(0, equals)));
    }
    return rule.startsWith("!")
        ? lookup.value(rule.substring(1)) == null
        : lookup.value(rule) != null;
  }
}
