package kontiki.kvstore.server.raft;

import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.Outcome;

/**
 * One client's request on its way through the log.
 *
 * @param size bytes in an entry
 * @param onlyTerm 0, or the one term in which the command may be proposed, and only here
 * @param deadlineNanos of {@link System#nanoTime}
 */
record Proposal(
    Command command,
    int size,
    long onlyTerm,
    long deadlineNanos,
    CompletableFuture<Outcome> future) {
  static Proposal of(Command command, long onlyTerm, long deadlineNanos) {
    return new Proposal(
        command, Entry.sizeOf(command), onlyTerm, deadlineNanos, new CompletableFuture<>());
  }
}
