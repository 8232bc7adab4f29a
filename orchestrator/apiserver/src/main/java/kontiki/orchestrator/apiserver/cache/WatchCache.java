package kontiki.orchestrator.apiserver.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.orchestrator.apiserver.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one resource as the store has them, and their last changes. Written by the store
 * feed's thread alone, read by any thread. Under the lock there is neither I/O nor a callback.
 *
 * <p>Watchers have no queues of their own: each is a {@link Cursor} on the shared history, so a
 * slow watcher costs nothing and holds nobody back. One that the history has left behind is told
 * so.
 */
public final class WatchCache {
  private final String prefix;
  private final FieldIndex index;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeMap<String, CachedObject> objects = new TreeMap<>();
  private History history = new History(0);
  private long revision;
  private long epoch;
  private boolean filled;
  private final AtomicLong changes = new AtomicLong();

  /**
   * @param prefix of the resource's keys in the store, ending in '/'
   */
  public WatchCache(String prefix, FieldIndex index) {
    this.prefix = prefix;
    this.index = index;
  }

  /** The state of the resource at one revision, in key order. */
  public record Snapshot(List<CachedObject> objects, long revision) {}

  public String prefix() {
    return prefix;
  }

  public FieldIndex index() {
    return index;
  }

  /** Starts anew from a complete state; every cursor is out of date from here on. */
  void reset(List<CachedObject> state, long atRevision) {
    lock.lock();
    try {
      objects.clear();
      for (CachedObject each : state) {
        objects.put(each.key(), each);
      }
      history = new History(atRevision);
      revision = atRevision;
      epoch++;
      changes.incrementAndGet();
      filled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes over changes in revision order; they are of whole revisions. */
  void apply(List<Storage.Event> events, long upToRevision) {
    List<CachedObject> parsed = new ArrayList<>(events.size());
    for (Storage.Event event : events) {
      byte[] value = event.value();
      if (value != null) {
        parsed.add(CachedObject.of(new Storage.Entry(event.key(), value, event.revision()), index));
      }
    }
    lock.lock();
    try {
      int nextParsed = 0;
      for (Storage.Event event : events) {
        if (event.revision() <= revision) {
          nextParsed += event.isDeletion() ? 0 : 1;
          continue;
        }
        if (event.isDeletion()) {
          CachedObject last = objects.remove(event.key());
          if (last != null) {
            history.add(new Change(Change.Type.DELETED, last.deletedAt(event.revision()), last));
          }
        } else {
          CachedObject now = parsed.get(nextParsed++);
          CachedObject last = objects.put(event.key(), now);
          Change.Type type = last == null ? Change.Type.ADDED : Change.Type.MODIFIED;
          history.add(new Change(type, now, last));
        }
      }
      changes.addAndGet(events.size());
      revision = Math.max(revision, upToRevision);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing of this resource changed up to a revision. */
  void advance(long toRevision) {
    lock.lock();
    try {
      revision = Math.max(revision, toRevision);
    } finally {
      lock.unlock();
    }
  }

  /** Grows whenever an object may have changed: what was derived from the objects is then stale. */
  public long changes() {
    return changes.get();
  }

  public boolean isFilled() {
    lock.lock();
    try {
      return filled;
    } finally {
      lock.unlock();
    }
  }

  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The objects whose keys lie below the resource's prefix and {@code below}.
   *
   * @param below a namespace with a '/' behind it, or empty for all
   */
  public Snapshot snapshot(String below) {
    String from = prefix + below;
    lock.lock();
    try {
      var part =
          below.isEmpty()
              ? objects.values()
              : objects
                  .subMap(from, true, from.substring(0, from.length() - 1) + '0', false)
                  .values();
      return new Snapshot(List.copyOf(part), revision);
    } finally {
      lock.unlock();
    }
  }

  /** The object under a key as far as this cache knows. */
  public @Nullable CachedObject get(String key) {
    lock.lock();
    try {
      return objects.get(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A cursor that delivers every change after a revision.
   *
   * @return null when changes after that revision are no longer known
   */
  public @Nullable Cursor cursorAfter(long afterRevision) {
    lock.lock();
    try {
      return afterRevision < history.completeAfter()
          ? null
          : new Cursor(epoch, history.firstAfter(afterRevision), afterRevision);
    } finally {
      lock.unlock();
    }
  }

  /** From which revision on a watch may start. */
  public long oldestRevision() {
    lock.lock();
    try {
      return history.completeAfter();
    } finally {
      lock.unlock();
    }
  }

  /** What a cursor found. */
  public sealed interface Delivery {
    /**
     * Changes in revision order, none when the wait ended without one.
     *
     * @param revision everything up to here has been delivered
     */
    record Changes(List<Change> changes, long revision) implements Delivery {}

    /** The cursor has been left behind; its watcher must list again. */
    record LeftBehind(long oldestRevision) implements Delivery {}
  }

  /** One watcher's place in the history. Used by one thread. */
  public final class Cursor {
    /** Changes handed out at once. */
    public static final int BATCH = 256;

    private final long ofEpoch;
    private final long startRevision;
    private long next;

    private Cursor(long ofEpoch, long next, long startRevision) {
      this.ofEpoch = ofEpoch;
      this.next = next;
      this.startRevision = startRevision;
    }

    /** Waits for changes at most so long. */
    public Delivery poll(long timeoutMillis) throws InterruptedException {
      long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      lock.lockInterruptibly();
      try {
        while (true) {
          if (ofEpoch != epoch || next < history.first()) {
            return new Delivery.LeftBehind(history.completeAfter());
          }
          if (next < history.next()) {
            return take();
          }
          if (left <= 0) {
            return new Delivery.Changes(List.of(), Math.max(revision, startRevision));
          }
          left = changed.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }

    private Delivery take() {
      int count = (int) Math.min(BATCH, history.next() - next);
      List<Change> changes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        changes.add(history.at(next + i));
      }
      next += count;
      return new Delivery.Changes(
          changes, next == history.next() ? revision : changes.get(count - 1).revision());
    }
  }
}
