package kontiki.kvstore.server.lease;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.LeaseTable;
import org.jspecify.annotations.Nullable;

/**
 * Knows when leases run out, while this member leads, and asks for their revocation then. A new
 * leader starts every lease anew with its whole TTL: a change of leaders makes a lease longer,
 * never shorter. Safe for many threads; one thread of its own finds what has run out.
 */
public final class Lessor implements AutoCloseable {
  /** At most so many revocations are asked for at once. */
  static final int REVOKE_BATCH = 500;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Proposes the revocation of a lease, in the leader's own term only. */
  @FunctionalInterface
  public interface Revoker {
    void revoke(long lease, long term);
  }

  private final LongSupplier nanoClock;
  private final Revoker revoker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, Clock> clocks = new HashMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Thread thread;
  private long term;
  private boolean leading;
  private boolean closed;

  /**
   * @param nanoClock monotonic, as {@link System#nanoTime}
   */
  public Lessor(LongSupplier nanoClock, Revoker revoker) {
    this.nanoClock = nanoClock;
    this.revoker = revoker;
    this.thread = Thread.ofPlatform().name("lessor").daemon().unstarted(this::run);
  }

  /** When a lease runs out; the same object stays while it is renewed. */
  private static final class Clock {
    private final long ttlSeconds;
    private long expiresAt;
    private boolean revoking;

    Clock(long ttlSeconds) {
      this.ttlSeconds = ttlSeconds;
    }
  }

  /** A look at a lease at some time; it may have been renewed by then. */
  private record Due(long at, long lease) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.signum(at - other.at);
    }
  }

  public void start() {
    thread.start();
  }

  /** This member leads: all leases live their whole TTL from now on. */
  public void promote(long newTerm, List<LeaseTable.Lease> leases) {
    lock.lock();
    try {
      leading = true;
      term = newTerm;
      clocks.clear();
      due.clear();
      leases.forEach(lease -> set(lease.id(), lease.ttlSeconds()));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  public void demote() {
    lock.lock();
    try {
      leading = false;
      clocks.clear();
      due.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Called on the thread that applies. */
  public void applied(List<Applied.LeaseChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      if (!leading) {
        return;
      }
      for (Applied.LeaseChange change : changes) {
        switch (change) {
          case Applied.LeaseChange.Granted granted -> set(granted.id(), granted.ttlSeconds());
          case Applied.LeaseChange.Revoked revoked -> clocks.remove(revoked.id());
        }
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Starts the lease anew. Returns its TTL in seconds, 0 where it is unknown or has run out. */
  public long renew(long lease) {
    lock.lock();
    try {
      Clock clock = clocks.get(lease);
      long now = nanoClock.getAsLong();
      if (clock == null || clock.revoking || clock.expiresAt - now <= 0) {
        return 0;
      }
      clock.expiresAt = now + TimeUnit.SECONDS.toNanos(clock.ttlSeconds);
      return clock.ttlSeconds;
    } finally {
      lock.unlock();
    }
  }

  /** Milliseconds that the lease has left, not negative; -1 where it is unknown. */
  public long remainingMillis(long lease) {
    lock.lock();
    try {
      Clock clock = clocks.get(lease);
      if (clock == null) {
        return -1;
      }
      return Math.max(0, TimeUnit.NANOSECONDS.toMillis(clock.expiresAt - nanoClock.getAsLong()));
    } finally {
      lock.unlock();
    }
  }

  public boolean leads() {
    lock.lock();
    try {
      return leading;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void set(long lease, long ttlSeconds) {
    Clock clock = new Clock(ttlSeconds);
    clock.expiresAt = nanoClock.getAsLong() + TimeUnit.SECONDS.toNanos(ttlSeconds);
    clocks.put(lease, clock);
    due.add(new Due(clock.expiresAt, lease));
  }

  private void run() {
    while (true) {
      List<Long> expired;
      long inTerm;
      lock.lock();
      try {
        Due first = due.peek();
        if (closed) {
          return;
        }
        if (first == null) {
          changed.await();
        } else if (first.at - nanoClock.getAsLong() > 0) {
          long unused = changed.awaitNanos(first.at - nanoClock.getAsLong());
        }
        expired = takeExpired();
        inTerm = term;
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      expired.forEach(lease -> revoker.revoke(lease, inTerm));
    }
  }

  private List<Long> takeExpired() {
    List<Long> expired = new ArrayList<>();
    long now = nanoClock.getAsLong();
    while (expired.size() < REVOKE_BATCH) {
      Due first = due.peek();
      if (first == null || first.at - now > 0) {
        break;
      }
      due.remove();
      @Nullable Clock clock = clocks.get(first.lease);
      if (clock != null && clock.expiresAt - now > 0) {
        due.add(new Due(clock.expiresAt, first.lease));
      } else if (clock != null) {
        // Looked at again in case the revocation is refused.
        clock.revoking = true;
        due.add(new Due(now + RETRY_NANOS, first.lease));
        expired.add(first.lease);
      }
    }
    return expired;
  }
}
