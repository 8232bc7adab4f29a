package kontiki.orchestrator.apiserver.storage;

import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;

/**
 * Leases for keys that expire, shared by keys that are written about the same time: an event storm
 * must not make a lease per event. A key lives at least its time to live and at most {@link
 * #SHARED_SECONDS} longer, and a lease carries at most {@link #KEYS_PER_LEASE} keys. Thread-safe.
 */
final class SharedLeases {
  static final int SHARED_SECONDS = 60;
  static final int KEYS_PER_LEASE = 1_000;

  private record Shared(long id, long grantedNanos, int[] keys) {}

  private final LongUnaryOperator grant;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Integer, Shared> byTtl = new TreeMap<>();

  /**
   * @param grant makes a lease of so many seconds and returns its id
   */
  SharedLeases(LongUnaryOperator grant) {
    this.grant = grant;
  }

  long leaseFor(int ttlSeconds) {
    lock.lock();
    try {
      Shared shared = byTtl.get(ttlSeconds);
      if (shared != null && isUsable(shared)) {
        shared.keys()[0]++;
        return shared.id();
      }
    } finally {
      lock.unlock();
    }
    long id = grant.applyAsLong(ttlSeconds + SHARED_SECONDS);
    lock.lock();
    try {
      byTtl.put(ttlSeconds, new Shared(id, System.nanoTime(), new int[] {1}));
    } finally {
      lock.unlock();
    }
    return id;
  }

  private static boolean isUsable(Shared shared) {
    long age = System.nanoTime() - shared.grantedNanos();
    return age < TimeUnit.SECONDS.toNanos(SHARED_SECONDS) && shared.keys()[0] < KEYS_PER_LEASE;
  }
}
