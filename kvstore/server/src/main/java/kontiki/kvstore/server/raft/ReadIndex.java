package kontiki.kvstore.server.raft;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.Outcome;

/**
 * Linearizable reads that write nothing (section 6.4 of the Raft dissertation). A leader notes its
 * commit index and then asks the others for their term. Once a majority, itself included, still has
 * its own term, no other leader can have committed anything before the question: all that was
 * acknowledged anywhere before the read came is at or below the noted index. A follower asks the
 * leader for such an index. The reader waits until its own member has applied it. While the
 * membership changes, {@link Voters} says what a majority is.
 *
 * <p>The confirmation asks {@link Cluster#termOf} anew in every round: Ratis' own linearizable
 * reads skip it for an index that was confirmed before, and so can be stale.
 *
 * <p>Safe for many threads; readers that come together share the questions.
 */
public final class ReadIndex {
  /** No index could be had: there is no leader, or it could not confirm that it still leads. */
  static final long UNCONFIRMED = -1;

  /** What the read index needs to know of the cluster. Safe for many threads. */
  interface Cluster {
    Role role();

    /** By the newest configuration in this member's log. */
    Voters voters();

    long commitIndex();

    /** The term that a member is in now; completes exceptionally where it did not say. */
    CompletableFuture<Long> termOf(long member);

    /** Asks the leader for {@link #confirmed}; completes exceptionally where it did not say. */
    CompletableFuture<Long> askLeader(long leader);
  }

  /**
   * @param round how long the members have to answer in one round
   * @param retryDelay before asking again
   * @param timeout after which a reader is refused
   */
  public record Limits(Duration round, Duration retryDelay, Duration timeout) {}

  private final Cluster cluster;
  private final AppliedIndex applied;
  private final Limits limits;
  private final Executor later;
  private final Rounds<Long> confirmations;
  private final Rounds<Long> indexes;
  private volatile boolean closed;

  ReadIndex(Cluster cluster, AppliedIndex applied, Limits limits) {
    this.cluster = cluster;
    this.applied = applied;
    this.limits = limits;
    this.later =
        CompletableFuture.delayedExecutor(limits.retryDelay().toMillis(), TimeUnit.MILLISECONDS);
    this.confirmations = new Rounds<>(() -> inTime(this::confirm));
    this.indexes = new Rounds<>(() -> inTime(this::index));
  }

  /** Completes when this member has applied everything acknowledged anywhere before this call. */
  public CompletableFuture<Outcome> barrier() {
    return attempt(System.nanoTime() + limits.timeout().toNanos());
  }

  /** The leader's answer: an index that holds all acknowledged so far, or {@link #UNCONFIRMED}. */
  CompletableFuture<Long> confirmed() {
    return confirmations.join();
  }

  /** Readers that still look for a leader are refused. */
  void close() {
    closed = true;
  }

  private CompletableFuture<Outcome> attempt(long deadlineNanos) {
    return indexes
        .join()
        .thenCompose(index -> {
          if (index != UNCONFIRMED) {
            return appliedHere(index, deadlineNanos);
          }
          if (closed) {
            return refused(EtcdError.STOPPED);
          }
          if (System.nanoTime() - deadlineNanos > 0) {
            return refused(EtcdError.TIMEOUT);
          }
          return CompletableFuture.runAsync(() -> {}, later)
              .thenCompose(_ -> attempt(deadlineNanos));
        });
  }

  private CompletableFuture<Outcome> appliedHere(long index, long deadlineNanos) {
    CompletableFuture<Void> reached = applied.reaches(index);
    CompletableFuture<Outcome> outcome = reached.thenApply(_ -> Outcome.Unanswered.UNANSWERED);
    return outcome.isDone()
        ? outcome
        : outcome.completeOnTimeout(
            new Outcome.Refused(EtcdError.TIMEOUT),
            deadlineNanos - System.nanoTime(),
            TimeUnit.NANOSECONDS);
  }

  private static CompletableFuture<Outcome> refused(EtcdError error) {
    return CompletableFuture.completedFuture(new Outcome.Refused(error));
  }

  private CompletableFuture<Long> inTime(Supplier<CompletableFuture<Long>> round) {
    CompletableFuture<Long> answer = round.get();
    return answer.isDone()
        ? answer
        : answer.completeOnTimeout(UNCONFIRMED, limits.round().toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<Long> index() {
    Role role = cluster.role();
    if (role.leads()) {
      return confirmed();
    }
    if (!role.hasLeader() || role.leader() == role.self()) {
      return CompletableFuture.completedFuture(UNCONFIRMED);
    }
    return cluster
        .askLeader(role.leader())
        .handle((index, failure) -> failure == null ? index : UNCONFIRMED);
  }

  private CompletableFuture<Long> confirm() {
    Role role = cluster.role();
    if (!role.leads()) {
      return CompletableFuture.completedFuture(UNCONFIRMED);
    }
    long index = cluster.commitIndex();
    // Then the configuration, then the questions: see docs/decisions/0006-membership.md.
    Confirmation confirmation = new Confirmation(role, index, cluster.voters());
    confirmation.start();
    return confirmation.result;
  }

  /** One round of questions to all who vote. Its members answer on any thread. */
  private final class Confirmation {
    private final Role role;
    private final long index;
    private final Voters voters;
    private final Set<Long> agreed = new HashSet<>();
    private final CompletableFuture<Long> result = new CompletableFuture<>();
    private int silent;

    Confirmation(Role role, long index, Voters voters) {
      this.role = role;
      this.index = index;
      this.voters = voters;
    }

    void start() {
      Set<Long> others = voters.all();
      others.remove(role.self());
      silent = others.size() + 1;
      answered(role.self(), true);
      for (long member : others) {
        var unused =
            cluster
                .termOf(member)
                .whenComplete(
                    (term, failure) -> answered(member, failure == null && term == role.term()));
      }
    }

    private void answered(long member, boolean sameTerm) {
      boolean quorum;
      boolean last;
      synchronized (this) {
        if (sameTerm) {
          agreed.add(member);
        }
        silent--;
        last = silent == 0;
        quorum = voters.isQuorum(agreed);
      }
      if (quorum && cluster.role().term() == role.term()) {
        result.complete(index);
      } else if (last) {
        result.complete(UNCONFIRMED);
      }
    }
  }
}
