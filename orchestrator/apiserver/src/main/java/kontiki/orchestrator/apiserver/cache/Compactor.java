package kontiki.orchestrator.apiserver.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.orchestrator.apiserver.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops history of the store that is older than {@link #INTERVAL_MINUTES}, once in that time: else
 * it would grow for ever. Several API servers may do so: the later one finds nothing to do. One
 * virtual thread of its own.
 */
public final class Compactor implements AutoCloseable {
  /** As {@code --etcd-compaction-interval} has it in the field. */
  public static final long INTERVAL_MINUTES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  private final Storage storage;
  private final StoreFeed feed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private final Thread thread;
  private boolean closed;

  public Compactor(Storage storage, StoreFeed feed) {
    this.storage = storage;
    this.feed = feed;
    this.thread = Thread.ofVirtual().name("compactor").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    long before = 0;
    while (pause()) {
      if (before > 0) {
        try {
          storage.compact(before);
          LOG.debug("compacted revision={}", before);
        } catch (StorageException e) {
          LOG.warn("compaction failed revision={} cause={}", before, e.getMessage());
        }
      }
      before = feed.revision();
    }
  }

  /** Waits for the next turn; false when there is none. */
  private boolean pause() {
    lock.lock();
    try {
      long left = TimeUnit.MINUTES.toNanos(INTERVAL_MINUTES);
      while (left > 0 && !closed) {
        left = closing.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
