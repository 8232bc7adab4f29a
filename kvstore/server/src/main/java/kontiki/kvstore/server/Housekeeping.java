package kontiki.kvstore.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.front.LeaderWatch;
import kontiki.kvstore.server.raft.RaftNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member does from time to time: flushes the engine so that the log can be cut, watches its
 * quota, looks for a leader. One thread.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long TICK_MILLIS = 200;
  private static final long FLUSH_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EtcdConfig config;
  private final long memberId;
  private final RaftNode node;
  private final LeaderWatch leaders;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Thread thread;
  private boolean closed;
  private CompletableFuture<Void> flushing = CompletableFuture.completedFuture(null);
  private volatile long flushedIndex;
  private volatile long nextFlushNanos;

  Housekeeping(EtcdConfig config, long memberId, RaftNode node, LeaderWatch leaders) {
    this.config = config;
    this.memberId = memberId;
    this.node = node;
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
        checkQuota();
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

  private void checkQuota() {
    long quota = config.limits().quotaBytes();
    if (quota <= 0 || node.store().engine().sizeBytes() <= quota) {
      return;
    }
    AlarmMember alarm =
        AlarmMember.newBuilder().setMemberID(memberId).setAlarm(AlarmType.NOSPACE).build();
    try (StoreView view = node.store().view()) {
      if (view.alarms().contains(alarm)) {
        return;
      }
    }
    LOG.warn("quota exceeded, only deletions and compactions go on quota_bytes={}", quota);
    var unused = node.proposer().propose(new Command.SetAlarm(alarm, true)).join();
  }
}
