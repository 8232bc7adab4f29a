package kontiki.orchestrator.apiserver.admission;

import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.registry.Call;
import org.jspecify.annotations.Nullable;

/**
 * A write on its way to the store.
 *
 * @param object as it is to be stored; null for deletions; plugins may change it while admitting
 * @param old as it is stored; null for creations; never changed
 */
public record AdmissionRequest(
    Operation operation, Call call, @Nullable JsonObject object, @Nullable JsonObject old) {
  /** What is being done. */
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }

  /** Whether it is about objects of a resource itself, not about a subresource. */
  public boolean isMain(String group, String plural) {
    return call.subresource().isEmpty() && isOf(group, plural);
  }

  public boolean isOf(String group, String plural) {
    return call.type().group().equals(group) && call.type().plural().equals(plural);
  }
}
