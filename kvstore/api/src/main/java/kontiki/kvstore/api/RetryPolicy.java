package kontiki.kvstore.api;

import java.time.Duration;

/**
 * How often and how fast a {@link KvClient} repeats what may be repeated.
 *
 * @param attempts calls made at most, the first one included
 * @param firstDelay before the second call; doubles from call to call
 * @param longestDelay no delay is longer
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration longestDelay) {
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(12, Duration.ofMillis(25), Duration.ofSeconds(1));

  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, not " + attempts);
    }
  }

  /** The wait after the failed call number {@code attempt} (from 1), without jitter. */
  public Duration delayAfter(int attempt) {
    Duration delay = firstDelay.multipliedBy(1L << Math.min(attempt - 1, 16));
    return delay.compareTo(longestDelay) > 0 ? longestDelay : delay;
  }
}
