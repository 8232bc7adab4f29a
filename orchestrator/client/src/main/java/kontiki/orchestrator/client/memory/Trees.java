package kontiki.orchestrator.client.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects as nested maps and lists. */
final class Trees {
  private Trees() {}

  static @Nullable Object at(Map<String, Object> tree, String... path) {
    Object here = tree;
    for (String key : path) {
      if (!(here instanceof Map<?, ?> map)) {
        return null;
      }
      here = map.get(key);
    }
    return here;
  }

  static String text(Map<String, Object> tree, String... path) {
    Object found = at(tree, path);
    return found == null ? "" : found.toString();
  }

  static Map<String, Object> object(@Nullable Object value) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((k, v) -> out.put(String.valueOf(k), v));
    }
    return out;
  }

  static List<String> strings(@Nullable Object value) {
    List<String> out = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> out.add(String.valueOf(item)));
    }
    return out;
  }

  /** A tree of its own with one field of its metadata set, or removed where the value is null. */
  static Map<String, Object> withMeta(
      Map<String, Object> tree, String field, @Nullable Object value) {
    Map<String, Object> meta = object(tree.get("metadata"));
    if (value == null) {
      meta.remove(field);
    } else {
      meta.put(field, value);
    }
    Map<String, Object> out = new LinkedHashMap<>(tree);
    out.put("metadata", meta);
    return out;
  }

  /** JSON merge patch (RFC 7386). */
  static Map<String, Object> merge(Map<String, Object> target, Map<?, ?> patch) {
    Map<String, Object> out = new LinkedHashMap<>(target);
    patch.forEach((k, value) -> {
      String key = String.valueOf(k);
      if (value == null) {
        out.remove(key);
      } else if (value instanceof Map<?, ?> inner) {
        out.put(key, merge(object(out.get(key)), inner));
      } else {
        out.put(key, value);
      }
    });
    return out;
  }
}
