package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** A request whose answer is what the test says; given up, it fails. */
  private static final class Planned implements Request {
    interface Plan {
      void answer(int number, Answer answer);
    }

    private final Plan plan;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile Answer last = new Nobody();

    Planned(Plan plan) {
      this.plan = plan;
    }

    @Override
    public void send(Answer answer) {
      last = answer;
      plan.answer(sent.getAndIncrement(), answer);
    }

    @Override
    public void cancel() {
      last.failed("CANCELLED");
    }
  }

  private static final class Nobody implements Request.Answer {
    @Override
    public void done(long bytes) {}

    @Override
    public void failed(String code) {}
  }

  private static void after(long millis, Runnable answer) {
    Executor later = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
    later.execute(answer);
  }

  private static Round run(int clients, Limits limits, Pace pace, Planned.Plan plan)
      throws InterruptedException {
    var requests = Stream.generate(() -> new Planned(plan)).limit(clients).toList();
    try (var interrupt = Interrupt.install()) {
      var progress = new Progress(System.err, false, interrupt);
      return new ClosedLoop(requests, 2, limits, pace, progress).run();
    }
  }

  @Test
  void aTotalIsSharedByTheClientsAndEndsTheRound() throws Exception {
    var limits = new Limits(LONG, 100, LONG);
    var round = run(7, limits, Pace.FLAT_OUT, (_, answer) -> after(0, () -> answer.done(10)));
    assertThat(round.operations()).isEqualTo(100);
    assertThat(round.errors()).isEmpty();
    assertThat(round.bytesPerSecond()).isCloseTo(10 * round.perSecond(), within(1e-6));
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  @Test
  void whatIsNeverAnsweredIsGivenUpAndIsAnError() throws Exception {
    var limits = new Limits(LONG, 1000, Duration.ofMillis(200));
    var round = run(3, limits, Pace.FLAT_OUT, (_, _) -> {});
    assertThat(round.operations()).isZero();
    assertThat(round.errors()).isEqualTo(Map.of("DEADLINE_EXCEEDED", 3L));
  }

  @Test
  void aRequestThatFailsAtOnceNeitherRecursesNorHammers() throws Exception {
    var limits = new Limits(Duration.ofMillis(300), Long.MAX_VALUE, LONG);
    var round = run(1, limits, Pace.FLAT_OUT, (_, answer) -> answer.failed("UNAVAILABLE"));
    assertThat(round.errors().keySet()).containsExactly("UNAVAILABLE");
    assertThat(round.failed()).isBetween(2L, 31L);
  }

  @Test
  void whatAStallKeepsAPacedClientFromSendingCountsAsSlow() throws Exception {
    var limits = new Limits(LONG, 21, LONG);
    Planned.Plan stalled = (number, answer) -> after(number == 0 ? 1000 : 0, () -> answer.done(0));
    // 20 quick answers, and about 100 slots of 10 ms that were missed in a stalled second.
    var round = run(1, limits, Pace.of(100, 1), stalled);
    assertThat(round.operations()).isEqualTo(21);
    assertThat(round.latency().p50()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
  }

  @Test
  void aPacedClientKeepsItsRate() throws Exception {
    var limits = new Limits(Duration.ofMillis(500), Long.MAX_VALUE, LONG);
    var round = run(4, limits, Pace.of(200, 4), (_, answer) -> after(0, () -> answer.done(0)));
    assertThat(round.operations()).isBetween(20L, 101L);
  }
}
