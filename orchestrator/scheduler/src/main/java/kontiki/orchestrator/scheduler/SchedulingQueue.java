package kontiki.orchestrator.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.scheduler.plugin.ClusterChange;
import org.jspecify.annotations.Nullable;

/**
 * The pods that want a node: ready ones by priority and age, those that failed a moment ago (back
 * off), and those that no node could take (unschedulable), which wait for a change that may help
 * them or for {@link #MOST_WAIT}. Thread-safe. It holds one entry a pending pod.
 */
final class SchedulingQueue {
  static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  static final Duration MOST_BACKOFF = Duration.ofSeconds(10);
  static final Duration MOST_WAIT = Duration.ofMinutes(5);

  private static final int MAX_DOUBLINGS = 10;

  private enum Place {
    ACTIVE,
    BACKOFF,
    UNSCHEDULABLE,
    IN_FLIGHT
  }

  /** A pod in the queue. Guarded by the queue's lock. */
  private static final class Entry {
    private Pod pod;
    private final long order;
    private Place place = Place.ACTIVE;
    private int attempts;
    private Instant until = Instant.MIN;
    private Set<ClusterChange> helpedBy = Set.of();
    private boolean changedMeanwhile;

    Entry(Pod pod, long order) {
      this.pod = pod;
      this.order = order;
    }

    int priority() {
      Integer priority = pod.getSpec().getPriority();
      return priority == null ? 0 : priority;
    }
  }

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Entry> entries = new HashMap<>();
  private final PriorityQueue<Entry> active =
      new PriorityQueue<>(
          Comparator.comparing((Entry e) -> -(long) e.priority()).thenComparing(e -> e.order));
  private final PriorityQueue<Entry> waiting =
      new PriorityQueue<>(Comparator.comparing((Entry e) -> e.until).thenComparing(e -> e.order));
  private long order;
  private boolean closed;

  SchedulingQueue(InstantSource clock) {
    this.clock = clock;
  }

  /** A pod without a node appeared or changed. */
  void put(Pod pod, boolean specChanged) {
    lock.lock();
    try {
      String key = Store.key(pod);
      Entry entry = entries.get(key);
      if (entry == null || !sameUid(entry.pod, pod)) {
        remove(key);
        entry = new Entry(pod, order++);
        entries.put(key, entry);
        active.add(entry);
      } else {
        entry.pod = pod;
        if (specChanged) {
          wake(entry);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static boolean sameUid(Pod a, Pod b) {
    String uid = a.getMetadata().getUid();
    return uid == null || uid.equals(b.getMetadata().getUid());
  }

  /** The pod is bound, gone or not this scheduler's any more. */
  void delete(String key) {
    lock.lock();
    try {
      remove(key);
    } finally {
      lock.unlock();
    }
  }

  private void remove(String key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      active.remove(entry);
      waiting.remove(entry);
    }
  }

  /** Takes the next pod without waiting. */
  Optional<Pod> poll() {
    lock.lock();
    try {
      return Optional.ofNullable(takeActive());
    } finally {
      lock.unlock();
    }
  }

  /** Takes the next pod; empty when the queue was closed. */
  Optional<Pod> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Pod pod = takeActive();
        if (pod != null) {
          return Optional.of(pod);
        }
        Entry first = waiting.peek();
        long nanos =
            first == null
                ? MOST_WAIT.toNanos()
                : Math.max(1, Duration.between(clock.instant(), first.until).toNanos());
        if (!changed.await(nanos, TimeUnit.NANOSECONDS)) {
          continue;
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Pod takeActive() {
    Instant now = clock.instant();
    for (Entry first = waiting.peek();
        first != null && !first.until.isAfter(now);
        first = waiting.peek()) {
      waiting.remove();
      activate(first);
    }
    Entry entry = closed ? null : active.poll();
    if (entry == null) {
      return null;
    }
    entry.place = Place.IN_FLIGHT;
    entry.attempts++;
    entry.changedMeanwhile = false;
    return entry.pod;
  }

  private void activate(Entry entry) {
    entry.place = Place.ACTIVE;
    active.add(entry);
  }

  /** No node could take the pod; these changes may help. */
  void unschedulable(String key, Set<ClusterChange> helpedBy) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry == null || entry.place != Place.IN_FLIGHT) {
        return;
      }
      entry.helpedBy = helpedBy;
      if (entry.changedMeanwhile) {
        backOff(entry);
      } else {
        entry.place = Place.UNSCHEDULABLE;
        entry.until = clock.instant().plus(MOST_WAIT);
        waiting.add(entry);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Placing the pod failed for a passing reason: it comes again after its back-off. */
  void failed(String key) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry != null && entry.place == Place.IN_FLIGHT) {
        backOff(entry);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void backOff(Entry entry) {
    entry.place = Place.BACKOFF;
    entry.until = clock.instant().plus(backoff(entry.attempts));
    waiting.add(entry);
  }

  private static Duration backoff(int attempts) {
    Duration wait = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS));
    return wait.compareTo(MOST_BACKOFF) > 0 ? MOST_BACKOFF : wait;
  }

  /** The cluster changed: pods that this may help become ready after their back-off. */
  void changed(ClusterChange change) {
    lock.lock();
    try {
      List<Entry> woken = new ArrayList<>();
      for (Entry entry : entries.values()) {
        if (entry.place == Place.IN_FLIGHT) {
          entry.changedMeanwhile = true;
        } else if (entry.place == Place.UNSCHEDULABLE && entry.helpedBy.contains(change)) {
          woken.add(entry);
        }
      }
      woken.forEach(this::wake);
      if (!woken.isEmpty()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Out of the unschedulable pool: ready at once where its back-off is over already. */
  private void wake(Entry entry) {
    if (entry.place != Place.UNSCHEDULABLE) {
      return;
    }
    waiting.remove(entry);
    Instant tried = entry.until.minus(MOST_WAIT);
    Instant earliest = tried.plus(backoff(entry.attempts));
    if (earliest.isAfter(clock.instant())) {
      entry.place = Place.BACKOFF;
      entry.until = earliest;
      waiting.add(entry);
    } else {
      activate(entry);
    }
  }

  /** When the next waiting pod becomes ready. */
  Optional<Instant> nextDue() {
    lock.lock();
    try {
      Entry first = active.isEmpty() ? waiting.peek() : null;
      return first == null ? Optional.empty() : Optional.of(first.until);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
