package kontiki.orchestrator.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys to be worked on, each at most once in the queue and with at most one worker: a key that is
 * added while it is worked on comes again when that worker is done. Failed keys come again after a
 * wait that doubles from {@link #FIRST_RETRY} to {@link #MOST_RETRY}. Thread-safe. It holds no more
 * than one entry a distinct key, so it is bounded by the number of objects.
 */
public final class WorkQueue<K> implements AutoCloseable {
  public static final Duration FIRST_RETRY = Duration.ofMillis(5);
  public static final Duration MOST_RETRY = Duration.ofSeconds(30);

  private static final int MAX_DOUBLINGS = 20;

  private record Delayed<K>(K key, Instant at, long order) {}

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<K> ready = new LinkedHashSet<>();
  private final Set<K> working = new LinkedHashSet<>();
  private final Set<K> again = new LinkedHashSet<>();
  private final Map<K, Instant> due = new HashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private final PriorityQueue<Delayed<K>> delayed =
      new PriorityQueue<>(
          Comparator.comparing((Delayed<K> d) -> d.at()).thenComparing(Delayed::order));
  private long order;
  private boolean closed;

  public WorkQueue(InstantSource clock) {
    this.clock = clock;
  }

  /** Adds a key now; nothing where it waits already. */
  public void add(K key) {
    lock.lock();
    try {
      addNow(key);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void addNow(K key) {
    if (closed) {
      return;
    }
    if (working.contains(key)) {
      again.add(key);
    } else {
      ready.add(key);
    }
  }

  /** Adds a key after a wait; of several waits for one key the shortest counts. */
  public void addAfter(K key, Duration wait) {
    if (!wait.isPositive()) {
      add(key);
      return;
    }
    lock.lock();
    try {
      Instant at = clock.instant().plus(wait);
      Instant earlier = due.get(key);
      if (!closed && (earlier == null || at.isBefore(earlier))) {
        due.put(key, at);
        delayed.add(new Delayed<>(key, at, order++));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds a key that failed, after a wait that grows with its failures since {@link #forget}. */
  public void addRateLimited(K key) {
    int count;
    lock.lock();
    try {
      count = failures.merge(key, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
    long nanos = FIRST_RETRY.toNanos() << Math.min(count - 1, MAX_DOUBLINGS);
    addAfter(key, Duration.ofNanos(Math.min(nanos, MOST_RETRY.toNanos())));
  }

  /** The key succeeded: its next failure waits the shortest time again. */
  public void forget(K key) {
    lock.lock();
    try {
      failures.remove(key);
    } finally {
      lock.unlock();
    }
  }

  /** How often the key failed since it was last forgotten. */
  public int failures(K key) {
    lock.lock();
    try {
      return failures.getOrDefault(key, 0);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a key that is due, without waiting; the taker calls {@link #done} for it. */
  public Optional<K> poll() {
    lock.lock();
    try {
      return Optional.ofNullable(takeReady());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a key, waiting for one; the taker calls {@link #done} for it.
   *
   * @return empty when the queue was closed
   */
  public Optional<K> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        K key = takeReady();
        if (key != null) {
          return Optional.of(key);
        }
        Delayed<K> first = delayed.peek();
        if (first == null) {
          changed.await();
        } else {
          long nanos = Duration.between(clock.instant(), first.at()).toNanos();
          if (!changed.await(Math.max(1, nanos), TimeUnit.NANOSECONDS)) {
            continue;
          }
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** When the next waiting key becomes due; empty where none waits or one is due now. */
  public Optional<Instant> nextDue() {
    lock.lock();
    try {
      Delayed<K> first = ready.isEmpty() ? delayed.peek() : null;
      return first == null ? Optional.empty() : Optional.of(first.at());
    } finally {
      lock.unlock();
    }
  }

  private @Nullable K takeReady() {
    Instant now = clock.instant();
    for (Delayed<K> first = delayed.peek();
        first != null && !first.at().isAfter(now);
        first = delayed.peek()) {
      delayed.remove();
      if (due.remove(first.key(), first.at())) {
        addNow(first.key());
      }
    }
    var keys = ready.iterator();
    if (closed || !keys.hasNext()) {
      return null;
    }
    K key = keys.next();
    keys.remove();
    working.add(key);
    return key;
  }

  /** The worker of this key is done with it. */
  public void done(K key) {
    lock.lock();
    try {
      working.remove(key);
      if (again.remove(key)) {
        ready.add(key);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Keys that are due or worked on now. */
  public int size() {
    lock.lock();
    try {
      return ready.size() + working.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
