package kontiki.orchestrator.api.apply;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Lays a configuration over an object, and takes paths out of one. Neither argument is changed. */
final class StructuredMerge {
  private StructuredMerge() {}

  /** The object with all that the configuration says. */
  static JsonObject merged(Shape shape, JsonObject live, JsonObject config) {
    JsonObject result = new JsonObject(live.size() + 2);
    live.forEach((key, value) -> result.append(key, JsonObject.deepCopyOf(value)));
    for (int i = 0; i < config.size(); i++) {
      String key = config.keyAt(i);
      result.put(key, value(shape.child(key), live.get(key), config.valueAt(i)));
    }
    return result;
  }

  private static @Nullable Object value(
      Shape shape, @Nullable Object live, @Nullable Object config) {
    return switch (shape.form(config, live)) {
      case LEAF -> JsonObject.deepCopyOf(config);
      case FIELDS ->
          config instanceof JsonObject wanted
              ? merged(shape, live instanceof JsonObject there ? there : new JsonObject(), wanted)
              : JsonObject.deepCopyOf(config);
      case SET, LIST ->
          config instanceof JsonArray wanted
              ? items(shape, live instanceof JsonArray there ? there : new JsonArray(), wanted)
              : JsonObject.deepCopyOf(config);
    };
  }

  /** The configuration's items in its order, with those that only the object has woven in. */
  private static JsonArray items(Shape shape, JsonArray live, JsonArray config) {
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < live.size(); i++) {
      places.put(shape.step(live.get(i)), i);
    }
    Set<String> wanted = new HashSet<>();
    for (Object item : config) {
      wanted.add(shape.step(item));
    }
    JsonArray result = new JsonArray(live.size() + config.size());
    int next = 0;
    for (Object item : config) {
      Integer place = places.get(shape.step(item));
      while (place != null && next < place) {
        addUnwanted(shape, live.get(next++), wanted, result);
      }
      next = place == null ? next : Math.max(next, place + 1);
      result.append(value(shape.item(), place == null ? null : live.get(place), item));
    }
    while (next < live.size()) {
      addUnwanted(shape, live.get(next++), wanted, result);
    }
    return result;
  }

  private static void addUnwanted(Shape shape, Object item, Set<String> wanted, JsonArray result) {
    if (!wanted.contains(shape.step(item))) {
      result.append(JsonObject.deepCopyOf(item));
    }
  }

  /** The object without the given fields and all that is in them. */
  static JsonObject dropped(JsonObject object, FieldSet paths) {
    JsonObject result = new JsonObject(object.size());
    for (int i = 0; i < object.size(); i++) {
      String step = "f:" + object.keyAt(i);
      Object value = object.valueAt(i);
      FieldSet below = paths.under(step);
      if (!paths.has(step)) {
        result.append(
            object.keyAt(i),
            below != null && value instanceof JsonObject inner
                ? dropped(inner, below)
                : JsonObject.deepCopyOf(value));
      }
    }
    return result;
  }

  /**
   * The object without the paths that one set has and the other has not. What lies under a path
   * goes with it, unless the other set has something of that; a field that the schema names counts
   * as owned with what is owned in it.
   */
  static JsonObject without(Shape shape, JsonObject object, FieldSet paths, FieldSet kept) {
    JsonObject result = new JsonObject(object.size());
    for (int i = 0; i < object.size(); i++) {
      String key = object.keyAt(i);
      String step = "f:" + key;
      Object value = object.valueAt(i);
      boolean owned = paths.has(step) || shape.names(key) && paths.touches(step);
      if (!paths.touches(step)) {
        result.append(key, JsonObject.deepCopyOf(value));
      } else if (!owned || kept.touches(step)) {
        result.append(key, inside(shape.child(key), value, step, paths, kept));
      }
    }
    return result;
  }

  private static @Nullable Object inside(
      Shape shape, @Nullable Object value, String step, FieldSet paths, FieldSet kept) {
    FieldSet below = paths.under(step);
    FieldSet keptBelow = kept.under(step);
    if (below == null) {
      return JsonObject.deepCopyOf(value);
    }
    FieldSet keep = keptBelow == null ? new FieldSet() : keptBelow;
    return switch (shape.form(value, value)) {
      case LEAF -> JsonObject.deepCopyOf(value);
      case FIELDS ->
          value instanceof JsonObject object ? without(shape, object, below, keep) : value;
      case SET, LIST ->
          value instanceof JsonArray items ? withoutItems(shape, items, below, keep) : value;
    };
  }

  private static JsonArray withoutItems(
      Shape shape, JsonArray items, FieldSet paths, FieldSet kept) {
    JsonArray result = new JsonArray(items.size());
    for (Object item : items) {
      String step = shape.step(item);
      if (!paths.touches(step)) {
        result.append(JsonObject.deepCopyOf(item));
      } else if (!paths.has(step) || kept.touches(step)) {
        result.append(inside(shape.item(), item, step, paths, kept));
      }
    }
    return result;
  }
}
