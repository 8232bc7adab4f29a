package kontiki.chaos.history;

/** What one client asked of one key. Values are unique in a run, so that a read names its write. */
public sealed interface Operation {

  String key();

  /** A linearizable read. */
  record Get(String key) implements Operation {}

  record Put(String key, String value) implements Operation {}

  /** Writes {@code value} if the key holds {@code expected}, else reads what it holds. */
  record CompareAndSet(String key, String expected, String value) implements Operation {}

  /** Deletes the key and returns what it held. */
  record Delete(String key) implements Operation {}
}
