package kontiki.orchestrator.api.defaults;

import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Sets what is absent. */
final class Absent {
  private Absent() {}

  /** Sets a field that is absent or null. */
  static void put(JsonObject object, String key, Object value) {
    if (object.get(key) == null) {
      object.put(key, value);
    }
  }

  /** Sets a field that is absent or an empty string. */
  static void text(JsonObject object, String key, String value) {
    Object present = object.get(key);
    if (present == null || present.equals("")) {
      object.put(key, value);
    }
  }

  /** Sets a number that is absent or zero. */
  static void number(JsonObject object, String key, long value) {
    Object present = object.get(key);
    if (present == null || present.equals(0L)) {
      object.put(key, value);
    }
  }

  /** Sets a map that is absent or empty to a copy of another, where that has something. */
  static void map(JsonObject object, String key, @Nullable JsonObject value) {
    JsonObject present = object.object(key);
    if ((present == null || present.isEmpty()) && value != null && !value.isEmpty()) {
      object.put(key, value.deepCopy());
    }
  }
}
