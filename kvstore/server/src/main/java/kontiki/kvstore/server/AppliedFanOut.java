package kontiki.kvstore.server;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.auth.SimpleTokens;
import kontiki.kvstore.server.auth.Tokens;
import kontiki.kvstore.server.front.Compaction;
import kontiki.kvstore.server.front.LeaseService;
import kontiki.kvstore.server.lease.Lessor;
import kontiki.kvstore.server.raft.ApplyListener;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.watch.WatchHub;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the parts of a member what was applied. Connected before raft starts. */
final class AppliedFanOut implements ApplyListener {
  private static final Logger LOG = LoggerFactory.getLogger(AppliedFanOut.class);

  private record Parts(
      RaftNode node,
      WatchHub hub,
      Lessor lessor,
      Compaction compaction,
      LeaseService leases,
      Tokens tokens) {}

  private final Consumer<Throwable> onFault;
  private final AtomicBoolean faulty = new AtomicBoolean();
  private volatile @Nullable Parts parts;
  private volatile UnaryOperator<Throwable> explain = UnaryOperator.identity();
  private long compactRevision;

  AppliedFanOut(Consumer<Throwable> onFault) {
    this.onFault = onFault;
  }

  /** From now on a fault is first explained. Called once, when there is somebody to ask. */
  void explain(UnaryOperator<Throwable> explanation) {
    explain = explanation;
  }

  void connect(
      RaftNode node,
      WatchHub hub,
      Lessor lessor,
      Compaction compaction,
      LeaseService leases,
      Tokens tokens) {
    parts = new Parts(node, hub, lessor, compaction, leases, tokens);
  }

  LeaseService leaseService() {
    return connected().leases;
  }

  @Override
  public void applied(Applied applied) {
    Parts to = connected();
    to.hub.applied(applied);
    to.lessor.applied(applied.leases());
    if (to.tokens instanceof SimpleTokens simple && !applied.tokens().isEmpty()) {
      simple.applied(applied.tokens());
    }
    compacted(to, applied.state().compactRevision());
  }

  @Override
  public void replaced(MvccStore store) {
    Parts to = connected();
    to.hub.replaced(store.state().revision());
    if (to.tokens instanceof SimpleTokens simple) {
      simple.replaced();
    }
    compacted(to, store.state().compactRevision());
  }

  @Override
  public void leading() {
    Parts to = connected();
    long term = to.node.role().term();
    LOG.info("leading term={}", term);
    try (StoreView view = to.node.store().view()) {
      to.lessor.promote(term, view.leases());
    }
  }

  @Override
  public void notLeading() {
    connected().lessor.demote();
  }

  @Override
  public void fault(Throwable failure) {
    if (faulty.compareAndSet(false, true)) {
      // Another member may have to be asked, and raft's threads must not wait.
      Thread.ofVirtual()
          .start(() -> {
            Throwable cause = explain.apply(failure);
            LOG.error("this member cannot go on", cause);
            onFault.accept(cause);
          });
    }
  }

  private void compacted(Parts to, long revision) {
    if (revision > compactRevision) {
      compactRevision = revision;
      to.compaction.compacted(revision);
    }
  }

  private Parts connected() {
    return Objects.requireNonNull(parts, "not connected");
  }
}
