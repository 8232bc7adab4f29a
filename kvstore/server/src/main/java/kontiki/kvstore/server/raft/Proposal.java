package kontiki.kvstore.server.raft;

import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One client's request on its way through the log, or a read that waits for the log.
 *
 * @param command null: a barrier; it needs a log position and nothing in it
 * @param size bytes in an entry
 * @param onlyTerm 0, or the one term in which the command may be proposed, and only here
 * @param deadlineNanos of {@link System#nanoTime}
 */
record Proposal(
    @Nullable Command command,
    int size,
    long onlyTerm,
    long deadlineNanos,
    CompletableFuture<Outcome> future) {
  static Proposal of(Command command, long onlyTerm, long deadlineNanos) {
    return new Proposal(
        command, Entry.sizeOf(command), onlyTerm, deadlineNanos, new CompletableFuture<>());
  }

  static Proposal barrier(long deadlineNanos) {
    return new Proposal(null, 0, 0, deadlineNanos, new CompletableFuture<>());
  }
}
