package kontiki.kvstore.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.kvstore.server.front.LeaderWatch;
import kontiki.kvstore.server.front.SpaceQuota;
import kontiki.kvstore.server.raft.RaftNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member does from time to time: flushes the engine so that the log can be cut, measures its
 * space, looks for a leader. One thread.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long TICK_MILLIS = 200;
  private static final long FLUSH_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EtcdConfig config;
  private final RaftNode node;
  private final SpaceQuota quota;
  private final LeaderWatch leaders;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Thread thread;
  private boolean closed;
  private CompletableFuture<Void> flushing = CompletableFuture.completedFuture(null);
  private volatile long flushedIndex;
  private volatile long nextFlushNanos;

  Housekeeping(EtcdConfig config, RaftNode node, SpaceQuota quota, LeaderWatch leaders) {
    this.config = config;
    this.node = node;
    this.quota = quota;
    this.leaders = leaders;
    this.thread = Thread.ofPlatform().name("housekeeping").daemon().unstarted(this::run);
  }

  void start() {
    nextFlushNanos = System.nanoTime();
    flushedIndex = node.store().state().appliedIndex();
    thread.start();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ended.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (pause()) {
      try {
        leaders.tick();
        flush();
        quota.measure();
      } catch (RuntimeException e) {
        LOG.warn("housekeeping failed, will be repeated", e);
      }
    }
  }

  /** Returns false when the member closes. */
  private boolean pause() {
    lock.lock();
    try {
      if (!closed) {
        boolean unused = ended.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void flush() {
    long applied = node.store().state().appliedIndex();
    if (applied - flushedIndex < config.raft().flushEntries()
        || System.nanoTime() - nextFlushNanos < 0
        || !flushing.isDone()) {
      return;
    }
    flushing =
        node.flush()
            .thenAccept(cut -> {
              if (cut) {
                flushedIndex = applied;
              } else {
                // Ratis was busy with another one, for example.
                LOG.info("the log could not be cut, will be repeated applied={}", applied);
                nextFlushNanos = System.nanoTime() + FLUSH_RETRY_NANOS;
              }
            });
  }
}
