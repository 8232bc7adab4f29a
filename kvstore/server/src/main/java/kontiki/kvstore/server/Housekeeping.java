package kontiki.kvstore.server;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.server.front.LeaderWatch;
import kontiki.kvstore.server.front.SpaceQuota;
import kontiki.kvstore.server.membership.Membership;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.Role;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member does from time to time: flushes the engine so that the log can be cut, measures its
 * space, compacts where it was told to, looks for a leader and after the members. One thread.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long TICK_MILLIS = 200;
  private static final CompletableFuture<Outcome> NOTHING =
      CompletableFuture.completedFuture(Outcome.Unanswered.UNANSWERED);
  private static final long FLUSH_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EtcdConfig config;
  private final RaftNode node;
  private final SpaceQuota quota;
  private final Membership membership;
  private final LeaderWatch leaders;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Thread thread;
  private boolean closed;
  private CompletableFuture<Void> flushing = CompletableFuture.completedFuture(null);
  private CompletableFuture<Outcome> compacting = NOTHING;
  private volatile long flushedIndex;
  private volatile long nextFlushNanos;

  Housekeeping(
      EtcdConfig config,
      RaftNode node,
      SpaceQuota quota,
      Membership membership,
      LeaderWatch leaders) {
    this.membership = membership;
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
    AutoCompaction compaction =
        new AutoCompaction(
            config.limits().retention(), System.nanoTime(), node.store().state().revision());
    while (pause()) {
      try {
        leaders.tick();
        membership.tick();
        flush();
        quota.measure();
        compact(compaction);
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

  private void compact(AutoCompaction compaction) {
    if (!compacting.isDone()) {
      return;
    }
    Role role = node.role();
    long revision = node.store().state().revision();
    OptionalLong due = compaction.poll(System.nanoTime(), revision, role.leads());
    if (due.isPresent()) {
      long at = due.getAsLong();
      LOG.info("compacting by itself revision={}", at);
      compacting =
          node.proposer()
              .proposeAsLeader(new Command.Compact(at), role.term())
              .whenComplete((outcome, _) -> compacted(compaction, at, outcome));
    }
  }

  /** Runs before the next poll, on the thread that applies. */
  private static void compacted(
      AutoCompaction compaction, long revision, @Nullable Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused && refused.error() != EtcdError.COMPACTED) {
      LOG.warn(
          "compaction by itself failed, will be repeated revision={} reason={}",
          revision,
          refused.error().message());
    } else {
      compaction.done(System.nanoTime(), revision);
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
