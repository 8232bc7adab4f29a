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

  /** A component that ran and then gives no sign of life for so long, and so often, hangs. */
  static final Duration HANGS_AFTER = Duration.ofSeconds(40);

  static final int HANGS_AFTER_QUESTIONS = 3;

  /** So long may a start take without a sign of life: kubeadm's start-up probes last as long. */
  static final Duration START_LIMIT = Duration.ofSeconds(240);

  private Phase phase = Phase.WAITING;
  private @Nullable ProcessIdentity process;
  private Instant since;
  private Instant notBefore;
  private @Nullable Instant healthySince;
  private boolean wasEverHealthy;
  private int restarts;
  private int endsInARow;
  private int badAnswers;
  private @Nullable Instant silentSince;
  private int silences;
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
    heard();
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
    heard();
    problem = "";
    if (phase == Phase.STARTING || phase == Phase.UNHEALTHY) {
      healthySince = now;
      wasEverHealthy = true;
      enter(Phase.RUNNING, now);
    }
  }

  /** A probe has found it not well; it answered, so a new start would not help. */
  void isNotHealthy(String reason, Instant now) {
    heard();
    answeredBadly(reason, now);
  }

  /** A probe got no sign of life. */
  void isSilent(String reason, Instant now) {
    if (silentSince == null) {
      silentSince = phase == Phase.STARTING ? since : now;
    }
    silences++;
    answeredBadly(reason, now);
  }

  private void heard() {
    silentSince = null;
    silences = 0;
  }

  /** How long its silence lasts by now, if that is so long that it must be ended. */
  Optional<Duration> hangs(Instant now) {
    Instant start = silentSince;
    if (process == null || start == null || silences < HANGS_AFTER_QUESTIONS) {
      return Optional.empty();
    }
    Duration silence = Duration.between(start, now);
    Duration limit = phase == Phase.STARTING ? START_LIMIT : HANGS_AFTER;
    return silence.compareTo(limit) < 0 ? Optional.empty() : Optional.of(silence);
  }

  private void answeredBadly(String reason, Instant now) {
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
