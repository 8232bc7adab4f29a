package kontiki.kvstore.server.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that one run of answers for all who wait: who asks while a round runs waits for the next
 * one, which starts as soon as that ends. So an answer always comes of a round that began after it
 * was asked for. Safe for many threads.
 */
final class Rounds<T> {
  private final Supplier<CompletableFuture<T>> round;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<T> gathering;
  private boolean running;

  /**
   * @param round starts one; its future completes, in time, always
   */
  Rounds(Supplier<CompletableFuture<T>> round) {
    this.round = round;
  }

  /** What the first round gives that starts after this call. */
  CompletableFuture<T> join() {
    CompletableFuture<T> mine;
    lock.lock();
    try {
      if (gathering == null) {
        gathering = new CompletableFuture<>();
      }
      mine = gathering;
      if (running) {
        return mine;
      }
      running = true;
      gathering = null;
    } finally {
      lock.unlock();
    }
    run(mine);
    return mine;
  }

  private void run(CompletableFuture<T> first) {
    CompletableFuture<T> waiting = first;
    while (waiting != null) {
      CompletableFuture<T> result = round.get();
      CompletableFuture<T> batch = waiting;
      if (!result.isDone()) {
        var unused =
            result.whenComplete((value, failure) -> {
              CompletableFuture<T> next = next();
              complete(batch, value, failure);
              if (next != null) {
                run(next);
              }
            });
        return;
      }
      waiting = next();
      var unused = result.whenComplete((value, failure) -> complete(batch, value, failure));
    }
  }

  private @Nullable CompletableFuture<T> next() {
    lock.lock();
    try {
      CompletableFuture<T> next = gathering;
      gathering = null;
      running = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private static <T> void complete(
      CompletableFuture<T> batch, T value, @Nullable Throwable failure) {
    if (failure == null) {
      batch.complete(value);
    } else {
      batch.completeExceptionally(failure);
    }
  }
}
