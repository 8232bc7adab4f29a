package kontiki.orchestrator.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double from {@code first} to {@code most}, each shortened by a random part of up to
 * one half so that many clients do not come back together. Not thread-safe.
 */
public final class Backoff {
  private static final int MAX_DOUBLINGS = 20;

  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private int failures;

  public Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  /** The next wait; the one after it is twice as long. */
  public Duration next() {
    long nanos = first.toNanos() << Math.min(failures, MAX_DOUBLINGS);
    nanos = Math.min(nanos, most.toNanos());
    failures++;
    return Duration.ofNanos(nanos / 2 + (long) (random.nextDouble() * (nanos - nanos / 2)));
  }

  /** Starts from the first wait again. */
  public void reset() {
    failures = 0;
  }

  public int failures() {
    return failures;
  }
}
