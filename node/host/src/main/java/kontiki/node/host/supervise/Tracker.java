package kontiki.node.host.supervise;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kontiki.node.host.machine.ProcessIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Decides about one component: when to start it, when to start it again, and in what phase it is.
 * No clock, no process: both are told. For one thread.
 */
final class Tracker {

  static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

  /** After so long in health, an end counts as the first one again. */
  static final Duration FORGET_AFTER = Duration.ofSeconds(60);

  /** So many bad answers in a row make a healthy component unhealthy. */
  static final int TOLERATED_FAILURES = 3;

  private Phase phase = Phase.WAITING;
  private @Nullable ProcessIdentity process;
  private Instant since;
  private Instant notBefore;
  private @Nullable Instant healthySince;
  private boolean wasEverHealthy;
  private int restarts;
  private int endsInARow;
  private int badAnswers;
  private String problem = "";

  Tracker(Instant now) {
    since = now;
    notBefore = now;
  }

  /** Whether it is to be started now. */
  boolean isDue(Instant now, boolean needsMet) {
    return switch (phase) {
      case WAITING -> needsMet;
      case RESTARTING -> !now.isBefore(notBefore);
      case STARTING, RUNNING, UNHEALTHY -> false;
    };
  }

  /** It was started, or found running. */
  void runs(ProcessIdentity identity, Instant now) {
    process = identity;
    badAnswers = 0;
    enter(Phase.STARTING, now);
  }

  /** It could not even be started. */
  void failedToStart(String reason, Instant now) {
    ended(reason, now);
  }

  /** Its process is gone. */
  void ended(String reason, Instant now) {
    Instant healthy = healthySince;
    if (healthy != null && !now.isBefore(healthy.plus(FORGET_AFTER))) {
      endsInARow = 0;
    }
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(endsInARow, 10));
    notBefore = now.plus(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
    endsInARow++;
    restarts++;
    process = null;
    healthySince = null;
    problem = reason;
    enter(Phase.RESTARTING, now);
  }

  /** A probe has found it well. */
  void isHealthy(Instant now) {
    badAnswers = 0;
    problem = "";
    if (phase == Phase.STARTING || phase == Phase.UNHEALTHY) {
      healthySince = now;
      wasEverHealthy = true;
      enter(Phase.RUNNING, now);
    }
  }

  /** A probe has found it not well. */
  void isNotHealthy(String reason, Instant now) {
    badAnswers++;
    if (phase == Phase.STARTING) {
      problem = reason;
    } else if (phase == Phase.RUNNING && badAnswers >= TOLERATED_FAILURES) {
      problem = reason;
      healthySince = null;
      enter(Phase.UNHEALTHY, now);
    }
  }

  /** Counts restarts on from an earlier supervisor. */
  void continueFrom(int earlierRestarts) {
    restarts = earlierRestarts;
  }

  private void enter(Phase next, Instant now) {
    phase = next;
    since = now;
  }

  Phase phase() {
    return phase;
  }

  boolean wasEverHealthy() {
    return wasEverHealthy;
  }

  Optional<ProcessIdentity> process() {
    return Optional.ofNullable(process);
  }

  ComponentReport report(String name) {
    return new ComponentReport(name, phase, Optional.ofNullable(process), since, restarts, problem);
  }
}
