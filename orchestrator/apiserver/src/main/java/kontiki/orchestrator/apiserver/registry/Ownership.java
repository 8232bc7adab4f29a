package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import kontiki.orchestrator.api.apply.FieldManager;
import kontiki.orchestrator.api.apply.ManagedFields;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Keeps metadata.managedFields: which manager set which field. Pure. */
final class Ownership {
  private static final String KEY = "managedFields";

  private Ownership() {}

  /**
   * Records that the call's manager set what differs from the old object. An apply has recorded it
   * already; a write that changes nothing records nothing.
   *
   * @param object in canonical form
   * @param old null where the object is new
   */
  static void recordWrite(Call call, JsonObject object, @Nullable JsonObject old, Instant now) {
    if (call.options().apply() || (old != null && isSame(object, old))) {
      return;
    }
    ManagedFields.track(
        BuiltinSchemas.of(call.resource().type()),
        old,
        object,
        FieldManager.update(
            call.options().fieldManager(), call.resource().type().apiVersion(), call.subresource()),
        now);
  }

  private static boolean isSame(JsonObject object, JsonObject old) {
    JsonObject given = ObjectMeta.of(object);
    JsonObject before = ObjectMeta.of(old);
    if (given.get(KEY) == null && before.get(KEY) != null) {
      given.put(KEY, before.get(KEY));
    }
    Object version = given.get("resourceVersion");
    given.put("resourceVersion", before.get("resourceVersion"));
    boolean same = object.equals(old);
    if (version == null) {
      given.remove("resourceVersion");
    } else {
      given.put("resourceVersion", version);
    }
    return same;
  }
}
