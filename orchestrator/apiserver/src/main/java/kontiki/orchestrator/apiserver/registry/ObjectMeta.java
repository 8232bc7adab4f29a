package kontiki.orchestrator.apiserver.registry;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;

/** Reading and filling of {@code metadata}, alike for all kinds. Pure. */
public final class ObjectMeta {
  /** Waits until all that the object owns and that blocks its owner is gone. */
  public static final String FOREGROUND_FINALIZER = "foregroundDeletion";

  /** Waits until all that the object owns has been let go. */
  public static final String ORPHAN_FINALIZER = "orphan";

  private ObjectMeta() {}

  public static JsonObject of(JsonObject object) {
    return object.ensureObject("metadata");
  }

  public static String name(JsonObject object) {
    return of(object).string("name", "");
  }

  public static String namespace(JsonObject object) {
    return of(object).string("namespace", "");
  }

  public static String uid(JsonObject object) {
    return of(object).string("uid", "");
  }

  public static String resourceVersion(JsonObject object) {
    return of(object).string("resourceVersion", "");
  }

  public static boolean isBeingDeleted(JsonObject object) {
    return of(object).get("deletionTimestamp") != null;
  }

  public static List<String> finalizers(JsonObject object) {
    return of(object).strings("finalizers");
  }

  /** A label's or annotation's value, empty where there is none. */
  public static String annotation(JsonObject object, String key) {
    String value = object.stringAt("metadata", "annotations", key);
    return value == null ? "" : value;
  }

  /** What the server decides about a new object. */
  static void fillForCreate(JsonObject object, String uid, String now) {
    JsonObject metadata = of(object);
    metadata.remove("deletionTimestamp");
    metadata.remove("deletionGracePeriodSeconds");
    metadata.remove("selfLink");
    metadata.remove("resourceVersion");
    metadata.put("uid", uid);
    metadata.put("creationTimestamp", now);
  }

  /** What no update changes. */
  static void keepForUpdate(JsonObject object, JsonObject old) {
    JsonObject metadata = of(object);
    JsonObject before = of(old);
    for (String key :
        List.of(
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generateName",
            "generation")) {
      Object value = before.get(key);
      if (value == null) {
        metadata.remove(key);
      } else {
        metadata.put(key, value);
      }
    }
    metadata.remove("selfLink");
  }

  /** Counts a change of anything but metadata and status. */
  static void countGeneration(JsonObject object, JsonObject old) {
    if (!sameSpec(object, old)) {
      long before = of(old).integer("generation", 0);
      of(object).put("generation", before + 1);
    }
  }

  private static boolean sameSpec(JsonObject object, JsonObject old) {
    return isSubset(object, old) && isSubset(old, object);
  }

  private static boolean isSubset(JsonObject object, JsonObject other) {
    for (int i = 0; i < object.size(); i++) {
      String key = object.keyAt(i);
      boolean counts = !key.equals("metadata") && !key.equals("status");
      if (counts && !Objects.equals(object.valueAt(i), other.get(key))) {
        return false;
      }
    }
    return true;
  }
}
