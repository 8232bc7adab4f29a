package kontiki.orchestrator.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A token bucket: up to {@code burst} requests at once, {@code perSecond} in the long run, in the
 * order of their asking. Thread-safe. More than {@code maxWaiting} requests ahead is refused with
 * 429 instead of an ever longer wait.
 */
public final class RateLimiter {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long nanosPerToken;
  private final long burstNanos;
  private final long maxWaitNanos;
  private long nextFree;
  private boolean started;

  private RateLimiter(long nanosPerToken, int burst, int maxWaiting) {
    this.nanosPerToken = nanosPerToken;
    this.burstNanos = nanosPerToken * burst;
    this.maxWaitNanos = nanosPerToken * maxWaiting;
  }

  public static RateLimiter of(int perSecond, int burst, int maxWaiting) {
    if (perSecond < 1 || burst < 1 || maxWaiting < 1) {
      throw new IllegalArgumentException("a rate limit needs positive numbers");
    }
    return new RateLimiter(SECOND / perSecond, burst, maxWaiting);
  }

  public static RateLimiter unlimited() {
    return new RateLimiter(0, 1, 1);
  }

  /**
   * Waits for this caller's turn.
   *
   * @throws ApiException with code 429 when too many wait already
   */
  public void acquire() throws InterruptedException {
    if (nanosPerToken == 0) {
      return;
    }
    long wait = reserve(System.nanoTime());
    while (wait > 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long before = System.nanoTime();
      LockSupport.parkNanos(this, wait);
      wait -= System.nanoTime() - before;
    }
  }

  /** Takes one token at a time in nanoseconds; gives how long to wait for it. */
  synchronized long reserve(long now) {
    if (!started || now - nextFree > burstNanos) {
      nextFree = now - burstNanos;
      started = true;
    }
    long wait = nextFree + nanosPerToken - now;
    if (wait > maxWaitNanos) {
      throw new ApiException(
          429,
          "TooManyRequests",
          "the client's own rate limit has " + maxWaitNanos / nanosPerToken + " requests ahead");
    }
    nextFree += nanosPerToken;
    return Math.max(0, wait);
  }
}
