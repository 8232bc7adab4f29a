package kontiki.orchestrator.apiserver.cache;

import org.jspecify.annotations.Nullable;

/**
 * One change of one object.
 *
 * @param object the object after the change; for a deletion its last state with the deletion's
 *     revision
 * @param previous the object before the change, null where it was created
 */
public record Change(Type type, CachedObject object, @Nullable CachedObject previous) {
  /** As it is named in a watch event. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }

  public long revision() {
    return object.revision();
  }
}
