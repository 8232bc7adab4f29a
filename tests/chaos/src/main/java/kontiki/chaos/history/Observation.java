package kontiki.chaos.history;

/** What a client saw under a key. */
public sealed interface Observation {

  /** No such key. */
  record Absent() implements Observation {}

  /** A value, and the store's revision of the write that made it. */
  record Present(String value, long modRevision) implements Observation {}

  Observation ABSENT = new Absent();
}
