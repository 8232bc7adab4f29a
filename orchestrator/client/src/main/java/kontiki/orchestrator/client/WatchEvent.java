package kontiki.orchestrator.client;

/**
 * One event of a watch.
 *
 * @param object the object after the change; for DELETED its last state; for BOOKMARK only its
 *     resource version counts
 */
public record WatchEvent<T>(Type type, T object) {
  /** What happened. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED,
    BOOKMARK
  }
}
