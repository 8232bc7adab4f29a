package kontiki.kvstore.server.raft;

import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.HeaderIds;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's place in the raft group: runs Ratis, the state machine and the {@link Proposer},
 * the {@link ReadIndex}, and answers what other members ask. Safe for many threads.
 */
public final class RaftNode implements AutoCloseable, Route, ReadIndex.Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

  static {
    // Ratis would end the process by itself, without a word to the person who started it.
    ExitUtils.disableSystemExit();
  }

  private static final Duration SNAPSHOT_REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /**
   * What a node is made of.
   *
   * @param members whom to begin with, this one among them, until raft says who they are
   * @param joins this one has no vote among them yet
   * @param directory holds the raft log and the engine
   * @param listenHost address of the peer listener
   * @param security Ratis' parameters with the TLS configuration in them
   * @param background runs blocking work
   */
  public record Setup(
      HeaderIds ids,
      List<RaftMember> members,
      boolean joins,
      Path directory,
      String listenHost,
      int listenPort,
      RaftSettings raft,
      RocksSettings rocks,
      ProposerLimits limits,
      Parameters security,
      Executor background,
      InstantSource clock) {}

  private final Setup setup;
  private final RaftGroup group;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final Proposer proposer;
  private final ReadIndex reads;
  private final StoreStateMachine stateMachine;
  private final RaftServer server;
  private final PeerLink link;
  private final Checkpoints checkpoints;
  private final Forwards forwards = new Forwards();
  private final Forwarder forwarder;
  private final PeerPorts ports;
  private final LeaderLoss leaderLoss;
  private final Function<PeerMessage, byte[]> questions;

  /**
   * @param questions answers those that raft cannot: of leases and of members; may block
   */
  public RaftNode(Setup setup, ApplyListener listener, Function<PeerMessage, byte[]> questions)
      throws IOException {
    this.setup = setup;
    this.questions = questions;
    this.group =
        RaftGroup.valueOf(
            RaftGroupId.valueOf(new UUID(setup.ids().clusterId(), 0)),
            setup.members().stream()
                .map(member -> {
                  boolean waits = setup.joins() && member.id() == setup.ids().memberId();
                  return waits ? member.waitingPeer() : member.peer();
                })
                .toList());
    Path raftDirectory = setup.directory().resolve("raft");
    RaftProperties properties =
        RatisProperties.of(raftDirectory, setup.listenHost(), setup.listenPort(), setup.raft());
    this.checkpoints = new Checkpoints(setup.directory().resolve("checkpoints"));
    this.proposer = new Proposer(this, setup.limits(), setup.clock());
    AppliedIndex applied = new AppliedIndex();
    this.reads =
        new ReadIndex(
            this,
            applied,
            new ReadIndex.Limits(
                setup.raft().election(), setup.limits().retryDelay(), setup.limits().timeout()));
    Commits commits = new Commits();
    Parameters parameters = PromptRpc.with(setup.security(), commits);
    PeerPorts.onClose(parameters, this::peerLeft);
    StoreFiles files = new StoreFiles(setup.directory(), setup.rocks(), setup.ids());
    this.stateMachine =
        new StoreStateMachine(
            files, proposer, applied, commits, listener, this::answer, this::fetch);
    this.link = new PeerLink(group, properties, parameters);
    this.forwarder =
        new Forwarder(link::ask, this::role, setup.limits().retryDelay(), setup.limits().timeout());
    Path logDirectory = raftDirectory.resolve(group.getGroupId().getUuid().toString());
    boolean first = !Files.exists(logDirectory.resolve("current"));
    this.server =
        RaftServer.newBuilder()
            .setServerId(self())
            .setGroup(group)
            .setStateMachine(stateMachine)
            .setProperties(properties)
            .setParameters(parameters)
            .setOption(first ? RaftStorage.StartupOption.FORMAT : RaftStorage.StartupOption.RECOVER)
            .build();
    this.ports =
        new PeerPorts(
            this::role, this::voting, setup.ids().memberId(), group.getGroupId(), server, link);
    this.leaderLoss = new LeaderLoss(ports, LeaderLoss.Limits.DEFAULT, setup.background());
  }

  public void start() throws IOException {
    server.start();
    proposer.start();
  }

  public Proposer proposer() {
    return proposer;
  }

  public ReadIndex reads() {
    return reads;
  }

  public MvccStore store() {
    return stateMachine.store();
  }

  @Override
  public Role role() {
    DivisionInfo info = info();
    RaftPeerId leader = info.getLeaderId();
    return new Role(
        info.getCurrentTerm(),
        leader == null ? 0 : RaftMember.idOf(leader),
        setup.ids().memberId(),
        info.isLeader() && info.isLeaderReady());
  }

  @Override
  public Voters voters() {
    RaftConfiguration configuration = division().getRaftConf();
    return new Voters(
        RaftMember.idsOf(configuration.getCurrentPeers()),
        RaftMember.idsOf(configuration.getPreviousPeers()));
  }

  /** Index of the last log entry that is known to be committed. */
  @Override
  public long commitIndex() {
    return division().getRaftLog().getLastCommittedIndex();
  }

  /** Index of the first entry that the log still holds. */
  public long firstLogIndex() {
    return division().getRaftLog().getStartIndex();
  }

  public long appliedIndex() {
    return info().getLastAppliedIndex();
  }

  @Override
  public CompletableFuture<Fate> submit(byte[] entry, Role role) {
    return role.leader() == role.self()
        ? append(entry, role.term())
        : forwarder.forward(entry, role);
  }

  @Override
  public CompletableFuture<Long> termOf(long member) {
    return link.ask(member, new PeerMessage.Term()).thenApply(ByteBuffer::getLong);
  }

  @Override
  public CompletableFuture<Long> askLeader(long leader) {
    return link.ask(leader, new PeerMessage.Confirm()).thenApply(ByteBuffer::getLong);
  }

  /** Asks another member; completes exceptionally where no answer came. */
  public CompletableFuture<ByteBuffer> ask(long member, PeerMessage message) {
    return link.ask(member, message);
  }

  private List<RaftMember> voting() {
    return division().getRaftConf().getCurrentPeers().stream()
        .map(peer -> new RaftMember(RaftMember.idOf(peer.getId()), peer.getAddress()))
        .toList();
  }

  /** The group by the newest configuration in this member's log. */
  public RaftGroupView group() {
    RaftConfiguration now = division().getRaftConf();
    return new RaftGroupView(
        RaftMember.idsOf(now.getCurrentPeers()),
        RaftMember.idsOf(now.getCurrentPeers(RaftPeerRole.LISTENER)),
        !now.getPreviousPeers().isEmpty(),
        now.getLogEntryIndex() >= 0);
  }

  /** Where to find these members. */
  public void know(List<RaftMember> members) {
    link.know(members);
  }

  /** Runs blocking work. */
  public Executor background() {
    return setup.background();
  }

  /**
   * Makes these the members of the group, where this one leads. Completes when that is committed,
   * exceptionally where it is not: another change is under way, or a new one does not catch up.
   *
   * @param known addresses of all of them
   */
  public CompletableFuture<Void> configure(
      List<Long> voters, List<Long> learners, List<RaftMember> known) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            clientId,
            self(),
            group.getGroupId(),
            calls.incrementAndGet(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(peers(voters, known))
                .setListenersInNewConf(peers(learners, known))
                .build());
    return reply(() -> server.setConfigurationAsync(request)).thenAccept(RaftNode::requireSuccess);
  }

  private List<RaftPeer> peers(List<Long> ids, List<RaftMember> known) {
    Map<Long, RaftPeer> peers = new TreeMap<>();
    known.forEach(member -> peers.put(member.id(), member.peer()));
    RaftConfiguration now = division().getRaftConf();
    for (RaftPeerRole role : List.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)) {
      now.getCurrentPeers(role).forEach(peer -> peers.put(RaftMember.idOf(peer.getId()), peer));
    }
    peers.keySet().retainAll(ids);
    return List.copyOf(peers.values());
  }

  private static void requireSuccess(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
  }

  /** Gives leadership to {@code member}; completes exceptionally where that did not succeed. */
  public CompletableFuture<Void> transferLeadership(long member, Duration timeout) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            clientId,
            self(),
            group.getGroupId(),
            calls.incrementAndGet(),
            RaftPeerId.valueOf(RaftMember.peerName(member)),
            timeout.toMillis());
    return reply(() -> server.transferLeadershipAsync(request))
        .thenAccept(RaftNode::requireSuccess);
  }

  /**
   * Makes what was applied durable in the engine, and lets Ratis cut its log; gives whether it
   * could. May take long.
   */
  public CompletableFuture<Boolean> flush() {
    TermIndex flushed = stateMachine.flush();
    LOG.debug("engine flushed index={}", flushed.getIndex());
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            clientId,
            self(),
            group.getGroupId(),
            calls.incrementAndGet(),
            SNAPSHOT_REQUEST_TIMEOUT.toMillis(),
            1);
    return reply(() -> server.snapshotManagementAsync(request))
        .handle((reply, failure) -> failure == null && reply.isSuccess());
  }

  @Override
  public void close() throws IOException {
    leaderLoss.close();
    stateMachine.closing();
    proposer.close();
    reads.close();
    link.close();
    server.close();
    stateMachine.close();
  }

  private RaftPeerId self() {
    return RaftPeerId.valueOf(RaftMember.peerName(setup.ids().memberId()));
  }

  private DivisionInfo info() {
    return division().getInfo();
  }

  private RaftServer.Division division() {
    try {
      return server.getDivision(group.getGroupId());
    } catch (IOException e) {
      throw new IllegalStateException("the raft group is closed", e);
    }
  }

  private CompletableFuture<Fate> append(byte[] entry, long term) {
    DivisionInfo info = info();
    if (!info.isLeader() || !info.isLeaderReady() || info.getCurrentTerm() != term) {
      return CompletableFuture.completedFuture(Fate.NOT_PROPOSED);
    }
    ProposalMessage message = new ProposalMessage(entry);
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(self())
            .setGroupId(group.getGroupId())
            .setCallId(calls.incrementAndGet())
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    return reply(() -> server.submitClientRequestAsync(request))
        .handle((reply, failure) -> {
          if (failure == null && reply.isSuccess()) {
            return Fate.COMMITTED;
          }
          return message.mayBeInLog() ? Fate.UNKNOWN : Fate.NOT_PROPOSED;
        });
  }

  private CompletableFuture<byte[]> answer(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Forward forward -> {
        byte[] entry = new byte[forward.entry().remaining()];
        forward.entry().get(entry);
        Entry.Origin origin = Entry.originOf(UnsafeByteOperations.unsafeWrap(entry));
        yield forwards
            .accept(origin, () -> append(entry, forward.term()))
            .thenApply(fate -> new byte[] {fate.code()});
      }
      case PeerMessage.Term _ -> CompletableFuture.completedFuture(number(info().getCurrentTerm()));
      case PeerMessage.Confirm _ -> reads.confirmed().thenApply(RaftNode::number);
      case PeerMessage.Refused asked ->
          blocking(() -> new byte[] {(byte) (ports.refused(asked.member()) ? 1 : 0)});
      case PeerMessage.Applied _ ->
          CompletableFuture.completedFuture(number(store().state().appliedIndex()));
      case PeerMessage.LeaseRenew _,
          PeerMessage.LeaseRemaining _,
          PeerMessage.Standing _,
          PeerMessage.ChangeMembers _ ->
          blocking(() -> questions.apply(message));
      case PeerMessage.CheckpointOpen _ -> blocking(() -> checkpoints.open(store()).encode());
      case PeerMessage.CheckpointRead read -> blocking(() -> checkpoints.read(read));
      case PeerMessage.CheckpointClose close ->
          blocking(() -> {
            checkpoints.close(close.checkpoint());
            return new byte[0];
          });
    };
  }

  private void peerLeft() {
    leaderLoss.connectionClosed();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private CompletableFuture<TermIndex> fetch(long leader, StoreFiles files) {
    return blocking(() -> {
      new CheckpointFetch(link, leader).into(files.newIncoming());
      return files.markComplete();
    });
  }

  @FunctionalInterface
  private interface Blocking<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> CompletableFuture<T> blocking(Blocking<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.run();
          } catch (IOException e) {
            throw new CompletionException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
          }
        },
        setup.background());
  }

  @FunctionalInterface
  private interface Request {
    CompletableFuture<RaftClientReply> send() throws IOException;
  }

  private static CompletableFuture<RaftClientReply> reply(Request request) {
    try {
      return request.send();
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
