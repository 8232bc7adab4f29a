package kontiki.kvstore.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import kontiki.kvstore.mvcc.Entry;
import org.junit.jupiter.api.Test;

class ForwardsTest {
  private final Forwards forwards = new Forwards();
  private final AtomicInteger appended = new AtomicInteger();
  private CompletableFuture<Fate> log = CompletableFuture.completedFuture(Fate.COMMITTED);

  @Test
  void anEntryThatComesAgainIsAppendedOnceAndHasOneFate() {
    log = new CompletableFuture<>();
    var first = accept(1, 10, 3);
    var again = accept(1, 10, 3);
    assertThat(again).isNotDone();
    log.complete(Fate.COMMITTED);
    assertThat(first).isCompletedWithValue(Fate.COMMITTED);
    assertThat(again).isCompletedWithValue(Fate.COMMITTED);
    assertThat(accept(1, 10, 3)).isCompletedWithValue(Fate.COMMITTED);
    assertThat(appended).hasValue(1);
  }

  @Test
  void membersNumbersAndTermsAreApart() {
    for (long[] one : new long[][] {{1, 10, 3}, {1, 11, 3}, {2, 10, 3}, {1, 10, 4}}) {
      assertThat(accept(one[0], one[1], one[2])).isCompletedWithValue(Fate.COMMITTED);
    }
    assertThat(appended).hasValue(4);
  }

  @Test
  void whatIsForgottenIsNotAppendedAgain() {
    for (int i = 0; i <= Forwards.REMEMBERED; i++) {
      assertThat(accept(1, i, 3)).isCompletedWithValue(Fate.COMMITTED);
    }
    assertThat(accept(1, 0, 3)).isCompletedWithValue(Fate.UNKNOWN);
    assertThat(accept(1, 1, 3)).isCompletedWithValue(Fate.COMMITTED);
    assertThat(appended).hasValue(Forwards.REMEMBERED + 1);
  }

  private CompletableFuture<Fate> accept(long member, long sequence, long term) {
    return forwards.accept(
        new Entry.Origin(member, sequence, term),
        () -> {
          appended.incrementAndGet();
          return log;
        });
  }
}
