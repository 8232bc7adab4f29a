package kontiki.node.host.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kontiki.node.host.machine.ProcessIdentity;
import org.junit.jupiter.api.Test;

class TrackerTest {

  private static final ProcessIdentity PROCESS = new ProcessIdentity(7, 7);

  private Instant now = Instant.EPOCH;
  private final Tracker tracker = new Tracker(now);

  /** Seconds until a component that has just ended is started again. */
  private long secondsUntilDue() {
    Instant end = now;
    while (!tracker.isDue(now, true)) {
      now = now.plusMillis(100);
    }
    return Duration.between(end, now).toSeconds();
  }

  private void startAndEnd() {
    tracker.runs(PROCESS, now);
    tracker.ended("it ended", now);
  }

  @Test
  void itWaitsForWhatItNeeds() {
    assertThat(tracker.isDue(now, false)).isFalse();
    assertThat(tracker.isDue(now, true)).isTrue();
    tracker.runs(PROCESS, now);
    assertThat(tracker.isDue(now, true)).isFalse();
    assertThat(tracker.phase()).isEqualTo(Phase.STARTING);
    tracker.isHealthy(now);
    assertThat(tracker.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void pausesDoubleUpToHalfAMinute() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      startAndEnd();
      pauses.add(secondsUntilDue());
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    assertThat(tracker.report("x").restarts()).isEqualTo(7);
  }

  @Test
  void aMinuteOfHealthMakesTheNextPauseShortAgain() {
    startAndEnd();
    secondsUntilDue();
    startAndEnd();
    secondsUntilDue();
    tracker.runs(PROCESS, now);
    tracker.isHealthy(now);
    now = now.plusSeconds(60);
    tracker.ended("killed by signal 9", now);
    assertThat(secondsUntilDue()).isEqualTo(1);
  }

  @Test
  void lessThanAMinuteOfHealthDoesNot() {
    startAndEnd();
    secondsUntilDue();
    tracker.runs(PROCESS, now);
    tracker.isHealthy(now);
    now = now.plusSeconds(59);
    tracker.ended("killed by signal 9", now);
    assertThat(secondsUntilDue()).isEqualTo(2);
  }

  @Test
  void aFewBadAnswersAreToleratedAndOneGoodOneHeals() {
    tracker.runs(PROCESS, now);
    tracker.isHealthy(now);
    tracker.isNotHealthy("slow", now);
    tracker.isNotHealthy("slow", now);
    assertThat(tracker.phase()).isEqualTo(Phase.RUNNING);
    tracker.isNotHealthy("slow", now);
    assertThat(tracker.report("x").phase()).isEqualTo(Phase.UNHEALTHY);
    assertThat(tracker.report("x").problem()).isEqualTo("slow");
    tracker.isHealthy(now);
    assertThat(tracker.phase()).isEqualTo(Phase.RUNNING);
    assertThat(tracker.report("x").problem()).isEmpty();
  }

  private void silentFor(Duration time) {
    Instant end = now.plus(time);
    for (; now.isBefore(end); now = now.plusSeconds(5)) {
      tracker.isSilent("no answer within 3 s", now);
    }
  }

  @Test
  void whatGivesNoSignOfLifeHangs() {
    tracker.runs(PROCESS, now);
    tracker.isHealthy(now);
    silentFor(Tracker.HANGS_AFTER);
    assertThat(tracker.report("x").problem()).isEqualTo("no answer within 3 s");
    assertThat(tracker.hangs(now)).contains(Tracker.HANGS_AFTER);
    tracker.isHealthy(now);
    assertThat(tracker.hangs(now)).isEmpty();
  }

  @Test
  void whatAnswersDoesNotHangHoweverUnwellItIs() {
    tracker.runs(PROCESS, now);
    tracker.isHealthy(now);
    for (int i = 0; i < 1000; i++) {
      now = now.plusSeconds(5);
      tracker.isNotHealthy("/readyz answers 500", now);
      assertThat(tracker.hangs(now)).isEmpty();
    }
    assertThat(tracker.phase()).isEqualTo(Phase.UNHEALTHY);
  }

  @Test
  void afterAPauseOfTheMachineOneBadAnswerIsNotEnough() {
    tracker.runs(PROCESS, now);
    tracker.isHealthy(now);
    tracker.isSilent("no answer", now);
    now = now.plus(Duration.ofHours(1));
    tracker.isSilent("no answer", now);
    assertThat(tracker.hangs(now)).isEmpty();
  }

  @Test
  void aStartHasMoreTime() {
    tracker.runs(PROCESS, now);
    silentFor(Tracker.HANGS_AFTER.multipliedBy(2));
    assertThat(tracker.hangs(now)).isEmpty();
    silentFor(Tracker.START_LIMIT);
    assertThat(tracker.hangs(now)).isPresent();
    tracker.ended("killed", now);
    assertThat(tracker.hangs(now)).isEmpty();
  }
}
