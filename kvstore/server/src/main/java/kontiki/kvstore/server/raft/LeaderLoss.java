package kontiki.kvstore.server.raft;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a leader whose process has ended, without waiting for the election timeout. The kernel
 * closes the connections of a process that ends; a follower then looks whether anybody still
 * listens at the leader's address. Once a majority of the members is refused there, it stands for
 * election, the others after it in turn, in case its log is too short to win.
 *
 * <p>This only changes when a member stands, never who may win: votes are Raft's. A leader that is
 * stopped, cut off or without power refuses nothing and is found by the election timeout.
 *
 * <p>Safe for many threads.
 */
final class LeaderLoss implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoss.class);

  /** What this needs to know of the cluster. Safe for many threads. */
  interface Cluster {
    Role role();

    /** The other voting members. */
    Collection<Long> others();

    /** Whether a connection to a member's address is refused or ended at once; blocks a moment. */
    boolean refused(long member);

    /** The same as another member finds it; completes exceptionally where it did not say. */
    CompletableFuture<Boolean> refusedFrom(long other, long member);

    /** Stands for election in the place of a leader, unless the term has passed. */
    void stand(long leader, long term);
  }

  /**
   * @param look between two looks at an address: a process does not close all its sockets at once
   * @param looks as often, before the leader is taken for alive
   * @param answer how long the other members have to say what they found
   * @param turn between one member's election and the next one's
   * @param rounds of turns, before everything is left to the election timeout
   */
  record Limits(Duration look, int looks, Duration answer, Duration turn, int rounds) {
    static final Limits DEFAULT =
        new Limits(Duration.ofMillis(20), 10, Duration.ofMillis(500), Duration.ofMillis(200), 3);
  }

  private final Cluster cluster;
  private final Limits limits;
  private final Executor background;
  private final AtomicInteger closings = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param background runs one task at a time, which blocks
   */
  LeaderLoss(Cluster cluster, Limits limits, Executor background) {
    this.cluster = cluster;
    this.limits = limits;
    this.background = background;
  }

  /** A connection that another member had opened was closed. */
  void connectionClosed() {
    if (closings.getAndIncrement() == 0) {
      background.execute(this::lookUntilQuiet);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void lookUntilQuiet() {
    int seen;
    do {
      seen = closings.get();
      try {
        look();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    } while (!closings.compareAndSet(seen, 0));
  }

  private void look() throws InterruptedException {
    Role before = cluster.role();
    if (!before.hasLeader() || before.leader() == before.self()) {
      return;
    }
    for (int look = 0; look < limits.looks; look++) {
      if (cluster.refused(before.leader()) && majorityIsRefused(before.leader())) {
        LOG.info("event=leader-gone leader={} term={}", before.leader(), before.term());
        replace(before);
        return;
      }
      if (endedWithin(limits.look)) {
        return;
      }
    }
  }

  /** This member is refused already; what the leader's process itself would say, does not count. */
  private boolean majorityIsRefused(long leader) throws InterruptedException {
    CompletableFuture<Boolean> agreed =
        Majority.agrees(
            cluster.others(),
            other ->
                other == leader
                    ? CompletableFuture.completedFuture(false)
                    : cluster.refusedFrom(other, leader));
    try {
      return agreed.completeOnTimeout(false, limits.answer.toMillis(), TimeUnit.MILLISECONDS).get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void replace(Role before) throws InterruptedException {
    List<Long> left =
        cluster.others().stream().filter(member -> member != before.leader()).sorted().toList();
    long ahead = left.stream().filter(member -> member < before.self()).count();
    Duration wait = limits.turn.multipliedBy(ahead);
    for (int round = 0; round < limits.rounds; round++) {
      if (endedWithin(wait)) {
        return;
      }
      Role now = cluster.role();
      if (now.hasLeader() && now.leader() != before.leader()) {
        return;
      }
      cluster.stand(before.leader(), now.term());
      wait = limits.turn.multipliedBy(left.size() + 1L);
    }
  }

  private boolean endedWithin(Duration wait) throws InterruptedException {
    return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }
}
