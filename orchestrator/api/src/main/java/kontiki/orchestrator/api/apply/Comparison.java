package kontiki.orchestrator.api.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What differs between an object and another: the paths that are new, gone, or of another value.
 */
final class Comparison {
  /** Stands for a value that is not there, which is not the same as null. */
  private static final Object ABSENT = new Object();

  final FieldSet added = new FieldSet();
  final FieldSet modified = new FieldSet();
  final FieldSet removed = new FieldSet();
  private final List<String> path = new ArrayList<>();

  private Comparison() {}

  static Comparison of(Shape shape, JsonObject before, JsonObject after) {
    Comparison comparison = new Comparison();
    comparison.fields(shape, before, after);
    return comparison;
  }

  /** All paths of an object, as somebody owns them who says all of it. */
  static FieldSet allOf(Shape shape, JsonObject object) {
    Comparison owned = new Comparison();
    owned.own(shape, object);
    return owned.added;
  }

  private void compare(Shape shape, @Nullable Object before, @Nullable Object after) {
    Object left = before == ABSENT ? null : before;
    Object right = after == ABSENT ? null : after;
    Shape.Form form = shape.form(left, right);
    if (form != shape.form(right, left)) {
      form = Shape.Form.LEAF;
    }
    if (form == Shape.Form.LEAF || empty(left) && empty(right)) {
      if (before == ABSENT) {
        added.insert(path);
      } else if (after == ABSENT) {
        removed.insert(path);
      } else if (!Objects.equals(left, right)) {
        modified.insert(path);
      }
      return;
    }
    if (form == Shape.Form.FIELDS) {
      fields(
          shape,
          left instanceof JsonObject object ? object : new JsonObject(0),
          right instanceof JsonObject object ? object : new JsonObject(0));
    } else {
      items(
          shape,
          left instanceof JsonArray array ? array : new JsonArray(0),
          right instanceof JsonArray array ? array : new JsonArray(0));
    }
    if (before == ABSENT) {
      added.insert(path);
    } else if (after == ABSENT) {
      removed.insert(path);
    }
  }

  private static boolean empty(@Nullable Object value) {
    return value == null
        || value instanceof JsonObject object && object.isEmpty()
        || value instanceof JsonArray array && array.isEmpty();
  }

  private void fields(Shape shape, JsonObject before, JsonObject after) {
    Set<String> keys = new LinkedHashSet<>(before.keys());
    keys.addAll(after.keys());
    for (String key : keys) {
      path.add("f:" + key);
      compare(
          shape.child(key),
          before.has(key) ? before.get(key) : ABSENT,
          after.has(key) ? after.get(key) : ABSENT);
      path.removeLast();
    }
  }

  private void items(Shape shape, JsonArray before, JsonArray after) {
    Map<String, Object> left = byStep(shape, before);
    Map<String, Object> right = byStep(shape, after);
    Set<String> steps = new LinkedHashSet<>(left.keySet());
    steps.addAll(right.keySet());
    for (String step : steps) {
      path.add(step);
      compare(shape.item(), left.getOrDefault(step, ABSENT), right.getOrDefault(step, ABSENT));
      path.removeLast();
    }
  }

  /** The items of a list by their steps; of several alike the last one counts. */
  private static Map<String, Object> byStep(Shape shape, JsonArray items) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Object item : items) {
      map.put(shape.step(item), item);
    }
    return map;
  }

  private void own(Shape shape, @Nullable Object value) {
    switch (shape.form(value, value)) {
      case LEAF -> added.insert(path);
      case FIELDS -> {
        if (value instanceof JsonObject object) {
          ownFields(shape, object);
        }
      }
      case SET, LIST -> {
        if (value instanceof JsonArray items) {
          for (Object item : items) {
            path.add(shape.step(item));
            own(shape.item(), item);
            added.insert(path);
            path.removeLast();
          }
        }
      }
    }
  }

  private void ownFields(Shape shape, JsonObject object) {
    for (int i = 0; i < object.size(); i++) {
      String key = object.keyAt(i);
      Object value = object.valueAt(i);
      path.add("f:" + key);
      own(shape.child(key), value);
      if (value == null
          || value instanceof JsonObject inner && inner.isEmpty()
          || !shape.names(key) && !(value instanceof JsonObject) && shape.struct() == null) {
        added.insert(path);
      }
      path.removeLast();
    }
  }
}
