package kontiki.kvstore.server.raft;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Gathers requests into log entries and answers each when its entry was applied <em>here</em>, so a
 * client reads its own writes at the member it wrote to. When nothing is in flight a request is
 * sent at once; while something is, requests gather.
 *
 * <p>A lost leader costs no request and doubles none: an entry is bound to one term ({@link
 * Entry.Origin}), and is proposed again only when it is certain that it never took effect.
 *
 * <p>Safe for many threads. One thread of its own proposes; futures are completed by the thread
 * that applies, outside of the lock.
 */
public final class Proposer implements AutoCloseable {
  private final Route route;
  private final ProposerLimits limits;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Proposal> pending = new ArrayDeque<>();
  private final TreeMap<Long, Batch> inFlight = new TreeMap<>();
  private final Thread thread;
  private long pendingBytes;
  private long sequence;
  private long appliedTerm;
  private long retryAtNanos;
  private boolean closed;

  public Proposer(Route route, ProposerLimits limits, InstantSource clock) {
    this.route = route;
    this.limits = limits;
    this.clock = clock;
    // Entries of an earlier life may still be applied: their numbers must not meet ours.
    this.sequence = clock.millis() << 20;
    this.retryAtNanos = System.nanoTime();
    this.thread = Thread.ofPlatform().name("proposer").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** The future completes always; errors of the cluster are {@link Outcome.Refused}. */
  public CompletableFuture<Outcome> propose(Command command) {
    return enqueue(Proposal.of(command, 0, deadline()));
  }

  /** Proposes only while this member leads in {@code term}; afterwards refuses with NOT_LEADER. */
  public CompletableFuture<Outcome> proposeAsLeader(Command command, long term) {
    return enqueue(Proposal.of(command, term, deadline()));
  }

  /** Requests that wait or are in the log, not applied yet. */
  public int pendingCount() {
    lock.lock();
    try {
      int count = pending.size();
      for (Batch batch : inFlight.values()) {
        count += batch.proposals().size();
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** The entry, decoded already, where this member proposed it and somebody waits for it. */
  public @Nullable Entry claim(Entry.Origin origin) {
    lock.lock();
    try {
      Batch batch = inFlight.get(origin.sequence());
      return batch != null && batch.entry().origin().equals(origin) ? batch.entry() : null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells that an entry was applied. Called in log order.
   *
   * @param term of its log position
   * @param outcomes of its commands; empty where the entry did not count
   */
  public void applied(Entry.Origin origin, long term, List<Outcome> outcomes) {
    Batch done;
    lock.lock();
    try {
      Batch batch = inFlight.get(origin.sequence());
      boolean ours = batch != null && batch.entry().origin().equals(origin);
      done = ours && origin.term() == term ? inFlight.remove(origin.sequence()) : null;
      termApplied(term);
      if (done != null) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    if (done != null) {
      done.complete(outcomes);
    }
  }

  /** Tells that a log position of {@code term} was applied that holds no entry of ours. */
  public void applied(long term) {
    lock.lock();
    try {
      termApplied(term);
    } finally {
      lock.unlock();
    }
  }

  /** The role may have changed: look again. */
  public void wake() {
    lock.lock();
    try {
      retryAtNanos = System.nanoTime();
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The state was replaced by another member's: what was in flight may be part of it or not. */
  public void stateReplaced() {
    List<Batch> lost;
    lock.lock();
    try {
      lost = new ArrayList<>(inFlight.values());
      inFlight.clear();
      work.signal();
    } finally {
      lock.unlock();
    }
    lost.forEach(batch -> Batch.refuse(batch.proposals(), EtcdError.LEADER_CHANGED));
  }

  @Override
  public void close() {
    List<Proposal> left = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      left.addAll(pending);
      inFlight.values().forEach(batch -> left.addAll(batch.proposals()));
      pending.clear();
      inFlight.clear();
      work.signal();
    } finally {
      lock.unlock();
    }
    Batch.refuse(left, EtcdError.STOPPED);
  }

  private long deadline() {
    return System.nanoTime() + limits.timeout().toNanos();
  }

  private CompletableFuture<Outcome> enqueue(Proposal proposal) {
    EtcdError refusal = null;
    lock.lock();
    try {
      if (closed) {
        refusal = EtcdError.STOPPED;
      } else if (pending.size() >= limits.maxPending()
          || pendingBytes + proposal.size() > limits.maxPendingBytes()) {
        refusal = EtcdError.REQUEST_TOO_MANY_REQUESTS;
      } else {
        pending.add(proposal);
        pendingBytes += proposal.size();
        if (inFlight.isEmpty() || pending.size() >= limits.eagerBatch()) {
          work.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      proposal.future().complete(new Outcome.Refused(refusal));
    }
    return proposal.future();
  }

  private void run() {
    List<Proposal> timedOut = new ArrayList<>();
    List<Proposal> disowned = new ArrayList<>();
    while (true) {
      Batch batch = null;
      lock.lock();
      try {
        if (closed) {
          return;
        }
        long now = System.nanoTime();
        collectTimedOut(now, timedOut);
        if (maySend(now)) {
          batch = nextBatch(now, disowned);
        }
        if (batch == null && timedOut.isEmpty() && disowned.isEmpty()) {
          pause();
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      Batch.refuse(timedOut, EtcdError.TIMEOUT);
      timedOut.clear();
      Batch.refuse(disowned, EtcdError.NOT_LEADER);
      disowned.clear();
      if (batch != null) {
        send(batch);
      }
    }
  }

  private void pause() throws InterruptedException {
    if (pending.isEmpty() && inFlight.isEmpty()) {
      work.await();
    } else {
      long unused = work.awaitNanos(limits.retryDelay().toNanos());
    }
  }

  private boolean maySend(long now) {
    if (pending.isEmpty() || now - retryAtNanos < 0) {
      return false;
    }
    return inFlight.isEmpty()
        || (inFlight.size() < limits.maxInFlight() && pending.size() >= limits.eagerBatch());
  }

  /** Null where there is no leader to send to, or nothing to send. */
  private @Nullable Batch nextBatch(long now, List<Proposal> disowned) {
    Role role = route.role();
    if (!role.leads() && (!role.hasLeader() || role.leader() == role.self())) {
      retryAtNanos = now + limits.retryDelay().toNanos();
      return null;
    }
    List<Proposal> chosen = new ArrayList<>();
    int bytes = 0;
    while (!pending.isEmpty() && chosen.size() < limits.maxBatch()) {
      Proposal next = pending.peek();
      if (!chosen.isEmpty() && bytes + next.size() > limits.maxBatchBytes()) {
        break;
      }
      pending.remove();
      pendingBytes -= next.size();
      if (next.onlyTerm() != 0 && !(role.leads() && role.term() == next.onlyTerm())) {
        disowned.add(next);
      } else {
        chosen.add(next);
        bytes += next.size();
      }
    }
    if (chosen.isEmpty()) {
      return null;
    }
    Batch batch = Batch.of(role, ++sequence, clock.millis(), chosen);
    inFlight.put(batch.sequence(), batch);
    return batch;
  }

  private void send(Batch batch) {
    var unused =
        route
            .submit(batch.entry().encode(), batch.role())
            .thenAccept(fate -> {
              if (fate == Fate.NOT_PROPOSED) {
                notProposed(batch);
              }
            });
  }

  private void notProposed(Batch batch) {
    lock.lock();
    try {
      if (inFlight.remove(batch.sequence(), batch)) {
        requeue(batch);
        retryAtNanos = System.nanoTime() + limits.retryDelay().toNanos();
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Entries of earlier terms that are not applied by now never will be: propose them again. */
  private void termApplied(long term) {
    if (term <= appliedTerm) {
      return;
    }
    appliedTerm = term;
    List<Batch> lost =
        inFlight.values().stream().filter(batch -> batch.role().term() < term).toList();
    for (Batch batch : lost.reversed()) {
      inFlight.remove(batch.sequence());
      requeue(batch);
    }
    retryAtNanos = System.nanoTime();
    work.signal();
  }

  private void requeue(Batch batch) {
    for (Proposal proposal : batch.proposals().reversed()) {
      if (!proposal.future().isDone()) {
        pending.addFirst(proposal);
        pendingBytes += proposal.size();
      }
    }
  }

  private void collectTimedOut(long now, List<Proposal> timedOut) {
    while (!pending.isEmpty() && pending.peek().deadlineNanos() - now < 0) {
      Proposal late = pending.remove();
      pendingBytes -= late.size();
      timedOut.add(late);
    }
    Iterator<Batch> batches = inFlight.values().iterator();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      if (batch.proposals().stream().allMatch(p -> p.deadlineNanos() - now < 0)) {
        timedOut.addAll(batch.proposals());
        batches.remove();
      }
    }
  }
}
