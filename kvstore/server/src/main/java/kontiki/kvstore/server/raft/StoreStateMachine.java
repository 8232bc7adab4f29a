package kontiki.kvstore.server.raft;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.StoreState;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ratis' view of the {@link MvccStore}. Ratis calls {@link #applyTransaction} in log order on one
 * thread; each call is one engine write, and answers the clients that wait at this member. What the
 * engine has flushed is the snapshot: nothing is written twice.
 */
final class StoreStateMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(StoreStateMachine.class);

  private final StoreFiles files;
  private final ApplyListener listener;
  private final Proposer proposer;
  private final AppliedIndex applied;
  private final Commits commits;
  private final Function<PeerMessage, CompletableFuture<byte[]>> answers;
  private final BiFunction<Long, StoreFiles, CompletableFuture<TermIndex>> fetch;
  private volatile @Nullable MvccStore store;
  private volatile boolean closing;
  // What the engine has on disk, and what of it Ratis was told: it takes no snapshot of what it
  // believes to have one of.
  private volatile TermIndex flushed = TermIndex.valueOf(0, -1);
  private volatile TermIndex snapshot = flushed;

  /**
   * @param answers to other members' questions
   * @param fetch copies the state of the member with that id
   */
  StoreStateMachine(
      StoreFiles files,
      Proposer proposer,
      AppliedIndex applied,
      Commits commits,
      ApplyListener listener,
      Function<PeerMessage, CompletableFuture<byte[]>> answers,
      BiFunction<Long, StoreFiles, CompletableFuture<TermIndex>> fetch) {
    this.files = files;
    this.proposer = proposer;
    this.applied = applied;
    this.commits = commits;
    this.listener = listener;
    this.answers = answers;
    this.fetch = fetch;
  }

  MvccStore store() {
    MvccStore open = store;
    if (open == null) {
      throw new IllegalStateException("the store is not open");
    }
    return open;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    getLifeCycle().startAndTransition(this::open);
  }

  private void open() throws IOException {
    MvccStore opened = files.open();
    store = opened;
    StoreState state = opened.state();
    TermIndex last = TermIndex.valueOf(state.appliedTerm(), state.appliedIndex());
    setLastAppliedTermIndex(last);
    flushed = last;
    snapshot = last;
    listener.replaced(opened);
    applied.advance(last.getIndex());
  }

  @Override
  public TransactionContext preAppendTransaction(TransactionContext context) {
    if (context.getClientRequest() != null
        && context.getClientRequest().getMessage() instanceof ProposalMessage proposal) {
      proposal.appending();
    }
    return context;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext context) {
    commits.moved();
    LogEntryProto log = Objects.requireNonNull(context.getLogEntry());
    long index = log.getIndex();
    long term = log.getTerm();
    try {
      MvccStore open = store();
      if (index > open.state().appliedIndex()) {
        apply(open, index, term, log.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
      }
    } catch (RuntimeException | Error e) {
      listener.fault(e);
      throw e;
    }
    updateLastAppliedTermIndex(term, index);
    applied.advance(index);
    return CompletableFuture.completedFuture(Message.EMPTY);
  }

  private void apply(MvccStore open, long index, long term, ByteBuffer data) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(data);
    Entry.Origin origin = Entry.originOf(bytes);
    Entry ours = proposer.claim(origin);
    Entry entry = ours == null ? Entry.decode(bytes) : ours;
    Applied done = open.apply(index, term, entry, ours != null);
    listener.applied(done);
    proposer.applied(origin, term, done.outcomes());
  }

  /** Called for log positions that hold Ratis' own entries. */
  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    commits.moved();
    MvccStore open = store();
    if (index > open.state().appliedIndex()) {
      open.skip(index, term);
    }
    proposer.applied(term);
    updateLastAppliedTermIndex(term, index);
    applied.advance(index);
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    if (!member.getPeerId().equals(leader)) {
      listener.notLeading();
    }
    proposer.wake();
  }

  @Override
  public void notifyLeaderReady() {
    listener.leading();
    proposer.wake();
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    listener.fault(cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
    if (!closing) {
      listener.fault(new IllegalStateException("raft has stopped; its log says why"));
    }
  }

  /** From now on it is no fault when Ratis stops. */
  void closing() {
    closing = true;
  }

  /** Flushes the engine; returns the last index that is on disk for good. */
  TermIndex flush() {
    MvccStore open = store();
    StoreState state = open.state();
    open.engine().flush();
    TermIndex now = TermIndex.valueOf(state.appliedTerm(), state.appliedIndex());
    if (now.compareTo(flushed) > 0) {
      flushed = now;
    }
    return now;
  }

  /** What {@link #flush} has made durable: Ratis may cut its log up to here. */
  @Override
  public long takeSnapshot() {
    snapshot = flushed;
    return snapshot.getIndex();
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    TermIndex latest = snapshot;
    return latest.getIndex() < 0 ? null : new FlushedState(latest);
  }

  private record FlushedState(TermIndex termIndex) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
      return termIndex;
    }

    @Override
    public List<FileInfo> getFiles() {
      return List.of();
    }
  }

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstInLog) {
    long leader =
        Long.parseUnsignedLong(
            role.getFollowerInfo().getLeaderInfo().getId().getId().toStringUtf8(), 16);
    LOG.info("state is behind the leader's log, fetching first={}", firstInLog.getIndex());
    return fetch.apply(leader, files);
  }

  @Override
  public void pause() {
    if (getLifeCycleState() == LifeCycle.State.RUNNING) {
      getLifeCycle().transition(LifeCycle.State.PAUSING);
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  /** Opens the state that was fetched. Runs on the thread that applies. */
  @Override
  public void reinitialize() throws IOException {
    store().close();
    open();
    proposer.stateReplaced();
    LOG.info("state fetched from the leader is in use index={}", flushed.getIndex());
    getLifeCycle().transition(LifeCycle.State.STARTING);
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return query(request);
  }

  @Override
  public CompletableFuture<Message> query(Message request) {
    PeerMessage message = PeerMessage.decode(request.getContent().asReadOnlyByteBuffer());
    return answers.apply(message).thenApply(bytes -> Message.valueOf(ByteBuffer.wrap(bytes)));
  }

  @Override
  public void close() {
    MvccStore open = store;
    if (open != null) {
      open.close();
    }
  }
}
