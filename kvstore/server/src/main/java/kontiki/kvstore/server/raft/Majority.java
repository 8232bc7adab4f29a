package kontiki.kvstore.server.raft;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Whether most members say yes, this one among them. */
final class Majority {
  private Majority() {}

  /**
   * Completes with true once so many others said yes that they are a majority with this member, and
   * with false once all have answered and did not. A question that completes exceptionally is a no.
   *
   * @param others the other voting members
   */
  static CompletableFuture<Boolean> agrees(
      Collection<Long> others, Function<Long, CompletableFuture<Boolean>> question) {
    if (others.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    AtomicInteger missing = new AtomicInteger((others.size() + 1) / 2);
    AtomicInteger silent = new AtomicInteger(others.size());
    for (long member : others) {
      var unused =
          question
              .apply(member)
              .whenComplete((yes, failure) -> {
                if (failure == null && yes && missing.decrementAndGet() == 0) {
                  result.complete(true);
                }
                if (silent.decrementAndGet() == 0) {
                  result.complete(false);
                }
              });
    }
    return result;
  }
}
