package kontiki.kvstore.server.front;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import kontiki.kvstore.mvcc.Compactor;
import kontiki.kvstore.mvcc.MvccStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what compactions made unreadable, step by step with pauses between, on a thread of its own,
 * so that requests go on meanwhile. Safe for many threads.
 */
public final class Compaction implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  private final Supplier<MvccStore> store;
  private final int stepRecords;
  private final Duration pause;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final List<Waiter> waiters = new ArrayList<>();
  private final Thread thread;
  private long wanted;
  private long reached;
  private boolean closed;

  private record Waiter(long revision, CompletableFuture<Void> future) {}

  /**
   * @param stepRecords records of history looked at in one step
   * @param pause between two steps
   */
  public Compaction(Supplier<MvccStore> store, int stepRecords, Duration pause) {
    this.store = store;
    this.stepRecords = stepRecords;
    this.pause = pause;
    this.thread = Thread.ofPlatform().name("compaction").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** The store was compacted at this revision; nothing is removed yet. */
  public void compacted(long revision) {
    lock.lock();
    try {
      if (revision > wanted) {
        wanted = revision;
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Completes when everything that a compaction at {@code revision} removes is gone. */
  public CompletableFuture<Void> reaches(long revision) {
    Waiter waiter = new Waiter(revision, new CompletableFuture<>());
    lock.lock();
    try {
      if (revision <= reached || closed) {
        waiter.future.complete(null);
      } else {
        waiters.add(waiter);
      }
    } finally {
      lock.unlock();
    }
    return waiter.future;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiters.forEach(waiter -> waiter.future.complete(null));
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      long target;
      lock.lock();
      try {
        while (wanted <= reached && !closed) {
          work.await();
        }
        if (closed) {
          return;
        }
        target = wanted;
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      if (!removeUpTo(target)) {
        return;
      }
    }
  }

  /** Returns false when the thread must end. */
  private boolean removeUpTo(long target) {
    Compactor compactor = new Compactor(store.get().engine());
    while (!compactor.step(stepRecords)) {
      lock.lock();
      try {
        if (closed) {
          return false;
        }
        long unused = work.awaitNanos(pause.toNanos());
      } catch (InterruptedException e) {
        return false;
      } finally {
        lock.unlock();
      }
    }
    LOG.info("compaction finished revision={}", target);
    List<Waiter> done;
    lock.lock();
    try {
      reached = Math.max(reached, target);
      done = waiters.stream().filter(waiter -> waiter.revision <= reached).toList();
      waiters.removeAll(done);
    } finally {
      lock.unlock();
    }
    done.forEach(waiter -> waiter.future.complete(null));
    return true;
  }
}
