package kontiki.chaos.history;

/**
 * One line of a history. The order of lines is the order of time: an invocation is recorded before
 * the request leaves, a return after the answer came. {@code nanos} counts from the run's start and
 * serves people only.
 */
public sealed interface Event {

  long nanos();

  /** The first line: everything needed to run the same schedule again. */
  record Started(long nanos, long seed, String description) implements Event {}

  /** A client ("process", one operation at a time) asks. */
  record Invoked(long nanos, int process, Operation operation) implements Event {}

  /** The client's open operation ended. */
  record Returned(long nanos, int process, Outcome outcome) implements Event {}

  /** Something was done to the cluster. */
  record Faulted(long nanos, String fault) implements Event {}

  /** A watch over all keys of the run asks for every change from a revision on. */
  record WatchOpened(long nanos, int watch, long fromRevision, String endpoint) implements Event {}

  record WatchSaw(long nanos, int watch, Change change) implements Event {}

  /** The store promised: every change up to this revision has been sent on this watch. */
  record WatchProgressed(long nanos, int watch, long revision) implements Event {}

  record WatchClosed(long nanos, int watch, String reason) implements Event {}

  /** One entry of the store's own record of changes, read after all faults were healed. */
  record Logged(long nanos, Change change) implements Event {}

  /** The record of changes is complete from revision 2 up to this one. */
  record LogEnded(long nanos, long revision) implements Event {}
}
