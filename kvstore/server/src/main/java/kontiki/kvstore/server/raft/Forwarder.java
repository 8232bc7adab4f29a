package kontiki.kvstore.server.raft;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Hands entries to the leader, again where no answer came: {@link Forwards} there knows what it has
 * seen. Safe for many threads.
 */
final class Forwarder {
  /** Asks the leader; completes exceptionally where no answer came. */
  @FunctionalInterface
  interface Link {
    CompletableFuture<ByteBuffer> ask(long member, PeerMessage message);
  }

  private final Link link;
  private final Supplier<Role> role;
  private final Duration timeout;
  private final Executor later;

  Forwarder(Link link, Supplier<Role> role, Duration retryDelay, Duration timeout) {
    this.link = link;
    this.role = role;
    this.timeout = timeout;
    this.later = CompletableFuture.delayedExecutor(retryDelay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What became of the entry; never completes exceptionally. */
  CompletableFuture<Fate> forward(byte[] entry, Role to) {
    return forward(entry, to, System.nanoTime() + timeout.toNanos(), Fate.NOT_PROPOSED);
  }

  private record Attempt(Fate fate, boolean again) {}

  /**
   * @param unanswered what is known of the attempts before
   */
  private CompletableFuture<Fate> forward(
      byte[] entry, Role to, long deadlineNanos, Fate unanswered) {
    return link.ask(to.leader(), new PeerMessage.Forward(to.term(), ByteBuffer.wrap(entry)))
        .handle((answer, failure) -> {
          if (failure == null) {
            return new Attempt(Fate.of(answer.get()), false);
          }
          Role now = role.get();
          boolean same = now.term() == to.term() && now.leader() == to.leader();
          return new Attempt(
              PeerLink.neverSent(failure) ? unanswered : Fate.UNKNOWN,
              same && System.nanoTime() - deadlineNanos < 0);
        })
        .thenCompose(attempt ->
            attempt.again
                ? CompletableFuture.runAsync(() -> {}, later)
                    .thenCompose(_ -> forward(entry, to, deadlineNanos, attempt.fate))
                : CompletableFuture.completedFuture(attempt.fate));
  }
}
