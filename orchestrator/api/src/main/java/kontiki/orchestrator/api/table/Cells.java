package kontiki.orchestrator.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** What several tables write alike. */
final class Cells {
  private Cells() {}

  /** Names and images of the containers of a pod template below {@code path}. */
  static void containers(TableLayout.Row row, JsonObject object, String... path) {
    JsonObject spec = object.objectAt(path);
    List<JsonObject> containers = spec == null ? List.of() : spec.objects("containers");
    row.add(joined(containers, one -> one.string("name", "")));
    row.add(joined(containers, one -> one.string("image", "")));
  }

  static <T> String joined(List<T> items, Function<T, String> text) {
    return String.join(",", items.stream().map(text).toList());
  }

  /** A map as {@code key=value,key=value} in the order of the keys; {@code <none>} if empty. */
  static String labels(@Nullable JsonObject labels) {
    if (labels == null || labels.isEmpty()) {
      return "<none>";
    }
    List<String> pairs = new ArrayList<>();
    labels.forEach((key, value) -> pairs.add(key + "=" + value));
    pairs.sort(null);
    return String.join(",", pairs);
  }

  /** A LabelSelector in the form that {@code -l} takes; {@code <none>} if it selects all. */
  static String selector(@Nullable JsonObject selector) {
    if (selector == null || selector.isEmpty()) {
      return "<none>";
    }
    List<String> parts = new ArrayList<>();
    JsonObject labels = selector.object("matchLabels");
    if (labels != null && !labels.isEmpty()) {
      parts.add(labels(labels));
    }
    for (JsonObject one : selector.objects("matchExpressions")) {
      String key = one.string("key", "");
      String values = String.join(",", one.strings("values"));
      parts.add(
          switch (one.string("operator", "")) {
            case "In" -> key + " in (" + values + ")";
            case "NotIn" -> key + " notin (" + values + ")";
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return parts.isEmpty() ? "<none>" : String.join(",", parts);
  }

  /** How many entries a map has. */
  static long count(@Nullable JsonObject map) {
    return map == null ? 0 : map.size();
  }

  static long count(@Nullable JsonArray list) {
    return list == null ? 0 : list.size();
  }

  static long integer(JsonObject object, long otherwise, String... path) {
    Long value = object.integerAt(path);
    return value == null ? otherwise : value;
  }

  static String text(JsonObject object, String... path) {
    Object value = object.at(path);
    return value == null ? "" : String.valueOf(value);
  }

  /** The status of a condition of the given type: True, False, Unknown; empty if it is absent. */
  static String condition(JsonObject object, String type) {
    JsonObject status = object.object("status");
    if (status != null) {
      for (JsonObject one : status.objects("conditions")) {
        if (type.equals(one.string("type"))) {
          return one.string("status", "");
        }
      }
    }
    return "";
  }
}
