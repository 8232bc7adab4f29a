package kontiki.orchestrator.api.patch;

import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7386). Pure: neither argument is changed. */
public final class MergePatch {
  private MergePatch() {}

  /** The object with the patch applied. */
  public static JsonObject apply(JsonObject object, JsonObject patch) {
    JsonObject result = object.deepCopy();
    merge(result, patch);
    return result;
  }

  private static void merge(JsonObject target, JsonObject patch) {
    for (int i = 0; i < patch.size(); i++) {
      String key = patch.keyAt(i);
      Object value = patch.valueAt(i);
      if (value == null) {
        target.remove(key);
      } else {
        target.put(key, merged(target.get(key), value));
      }
    }
  }

  private static @Nullable Object merged(@Nullable Object present, Object patch) {
    if (!(patch instanceof JsonObject object)) {
      return JsonObject.deepCopyOf(patch);
    }
    JsonObject target = present instanceof JsonObject there ? there : new JsonObject();
    merge(target, object);
    return target;
  }
}
