package kontiki.orchestrator.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kontiki.orchestrator.client.memory.SteppingClock;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private final SteppingClock clock = new SteppingClock();
  private final WorkQueue<String> queue = new WorkQueue<>(clock);

  @Test
  void holdsAKeyOnce() {
    queue.add("a");
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void givesAKeyAgainThatWasAddedWhileWorkedOn() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.add("a");
    assertThat(queue.poll()).isEmpty();
    queue.done("a");
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void waitsTheShortestOfSeveralWaits() {
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.addAfter("a", Duration.ofSeconds(2));
    queue.addAfter("a", Duration.ofSeconds(5));
    clock.advance(Duration.ofSeconds(2));
    assertThat(queue.poll()).contains("a");
    queue.done("a");
    clock.advance(Duration.ofSeconds(20));
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void doublesTheWaitOfAKeyThatFails() {
    for (long expected : List.of(5L, 10L, 20L, 40L)) {
      queue.addRateLimited("a");
      assertThat(queue.nextDue()).contains(clock.instant().plusMillis(expected));
      clock.advance(Duration.ofMillis(expected));
      assertThat(queue.poll()).contains("a");
      queue.done("a");
    }
    queue.forget("a");
    queue.addRateLimited("a");
    assertThat(queue.nextDue()).contains(clock.instant().plusMillis(5));
  }

  @Test
  void neverGivesOneKeyToTwoWorkers() throws InterruptedException {
    WorkQueue<String> real = new WorkQueue<>(java.time.InstantSource.system());
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch worked = new CountDownLatch(200);
    WorkLoop<String> loop =
        new WorkLoop<>(
            "test",
            real,
            key -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              Thread.yield();
              inside.decrementAndGet();
              worked.countDown();
              return worked.getCount() > 0 ? Duration.ofNanos(1) : null;
            });
    loop.start(4);
    for (int i = 0; i < 200; i++) {
      real.add("only");
    }
    assertThat(worked.await(20, TimeUnit.SECONDS)).isTrue();
    loop.close();
    assertThat(most).hasValue(1);
  }
}
