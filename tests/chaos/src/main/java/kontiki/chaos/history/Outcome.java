package kontiki.chaos.history;

/** How an operation ended, as far as its client knows. {@code revision} is the answer's header. */
public sealed interface Outcome {

  /** The store acknowledged; these carry the store's revision. */
  sealed interface Acknowledged extends Outcome {
    long revision();
  }

  /** A get's answer. */
  record Read(long revision, Observation found) implements Acknowledged {}

  /** A put, or a compare-and-set that matched, was written at this very revision. */
  record Written(long revision) implements Acknowledged {}

  /** A compare-and-set did not match: the key held something else. */
  record Refused(long revision, Observation found) implements Acknowledged {}

  /** A delete; where {@code previous} is absent it changed nothing. */
  record Deleted(long revision, Observation previous) implements Acknowledged {}

  /** It certainly did not happen. */
  record Failed(String error) implements Outcome {}

  /** Nobody knows: it may have happened, may happen later, or never. */
  record Unknown(String error) implements Outcome {}
}
