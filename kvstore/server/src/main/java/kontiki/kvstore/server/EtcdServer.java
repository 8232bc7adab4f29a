package kontiki.kvstore.server;

import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Command.ChangeMembers;
import kontiki.kvstore.mvcc.HeaderIds;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.auth.Passwords;
import kontiki.kvstore.server.auth.Tokens;
import kontiki.kvstore.server.concurrency.Concurrency;
import kontiki.kvstore.server.front.AuthService;
import kontiki.kvstore.server.front.ClusterService;
import kontiki.kvstore.server.front.Compaction;
import kontiki.kvstore.server.front.FrontLimits;
import kontiki.kvstore.server.front.HealthService;
import kontiki.kvstore.server.front.HttpFront;
import kontiki.kvstore.server.front.KvService;
import kontiki.kvstore.server.front.LeaderWatch;
import kontiki.kvstore.server.front.LearnerGuard;
import kontiki.kvstore.server.front.LeaseService;
import kontiki.kvstore.server.front.MaintenanceService;
import kontiki.kvstore.server.front.Metrics;
import kontiki.kvstore.server.front.RequestLog;
import kontiki.kvstore.server.front.RpcCounters;
import kontiki.kvstore.server.front.Services;
import kontiki.kvstore.server.front.SpaceQuota;
import kontiki.kvstore.server.front.WatchService;
import kontiki.kvstore.server.gateway.Gateway;
import kontiki.kvstore.server.lease.Lessor;
import kontiki.kvstore.server.membership.Bootstrap;
import kontiki.kvstore.server.membership.Identity;
import kontiki.kvstore.server.membership.Membership;
import kontiki.kvstore.server.raft.PeerMessage;
import kontiki.kvstore.server.raft.PeerQuestions;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.RaftSecurity;
import kontiki.kvstore.server.raft.Role;
import kontiki.kvstore.server.snapshot.Snapshots;
import kontiki.kvstore.server.watch.WatchHub;
import kontiki.pki.transport.TlsIdentity;
import kontiki.pki.transport.TlsServer;
import kontiki.pki.transport.TransportLimits;
import org.apache.ratis.conf.Parameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running member: its data directory, its place in the raft group, its client port. Started and
 * closed once; everything else is safe for many threads.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdServer.class);
  private static final Duration DRAIN = Duration.ofMillis(300);
  private static final Duration HAND_OVER = Duration.ofMillis(700);
  private static final int LEADERLESS_ELECTIONS = 3;

  private final EtcdConfig config;
  private final Identity identity;
  private final Member self;
  private final DataDirectory directory;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final RaftNode node;
  private final WatchHub hub;
  private final Lessor lessor;
  private final Compaction compaction;
  private final LeaderWatch leaders;
  private final Membership membership;
  private final Housekeeping housekeeping;
  private final Gateway gateway;
  private final TlsServer server;
  private boolean closed;

  private EtcdServer(EtcdConfig config, InstantSource clock, Consumer<Throwable> onFault)
      throws IOException {
    this.config = config;
    TlsIdentity clientIdentity = MemberCertificates.load("client", config.client(), clock);
    TlsIdentity peerIdentity = MemberCertificates.load("peer", config.peer(), clock);
    Parameters security = RaftSecurity.of(peerIdentity);
    Path memberDirectory = config.dataDirectory().resolve("member");
    this.identity =
        new Bootstrap(
                new PeerQuestions(memberDirectory, config.raft(), security, background),
                memberDirectory,
                config.cluster().identity(config.name()))
            .identify(config.existing());
    this.self = identity.self();
    Tokens tokens = Tokens.of(config.auth(), clock, System::nanoTime);
    this.directory =
        DataDirectory.open(
            config.dataDirectory(), config.name(), identity.clusterId(), self.getID());
    HeaderIds ids = new HeaderIds(identity.clusterId(), self.getID());
    FrontLimits limits =
        new FrontLimits(
            config.limits().maxRequestBytes(),
            config.limits().maxTxnOps(),
            config.minLeaseTtlSeconds(),
            config.raft().election().multipliedBy(LEADERLESS_ELECTIONS),
            config.limits().maxRangeBytes());
    AppliedFanOut fanOut = new AppliedFanOut(onFault);
    Endpoint peer = Endpoint.parse("--listen-peer-urls", config.listenPeer());
    this.node =
        new RaftNode(
            new RaftNode.Setup(
                ids,
                identity.raftGroup(),
                identity.joined(),
                directory.member(),
                peer.host(),
                peer.port(),
                config.raft(),
                config.rocks(),
                config.proposer(),
                security,
                background,
                clock),
            fanOut,
            message -> answer(message, fanOut));
    this.membership = new Membership(node, identity, config.raft().election(), fanOut::fault);
    fanOut.explain(membership::explain);
    this.hub = new WatchHub(config.watch(), node::store);
    this.lessor = new Lessor(System::nanoTime, this::expire);
    this.compaction =
        new Compaction(
            node::store, config.limits().compactionRecords(), config.limits().compactionPause());
    this.leaders = new LeaderWatch(node::role, hub, limits.noLeaderTimeout());
    AuthGate gate = new AuthGate(node, tokens);
    SpaceQuota quota =
        new SpaceQuota(
            node,
            self.getID(),
            config.limits().quotaBytes(),
            () -> directory.space(node.store().engine().sizeBytes()));
    LeaseService leases =
        new LeaseService(
            node, gate, lessor, limits, quota, new LeaseIds(self.getID(), clock)::next);
    fanOut.connect(node, hub, lessor, compaction, leases, tokens);
    this.housekeeping = new Housekeeping(config, node, quota, membership, leaders);
    startRaft();
    HealthService health = new HealthService(() -> node.role().hasLeader());
    leaders.onTick(health::tick);
    KvService kv = new KvService(node, gate, limits, quota, compaction);
    RpcCounters rpcs = new RpcCounters();
    List<ServerServiceDefinition> services =
        Services.of(
            rpcs,
            new RequestLog(config.limits().slowRequest(), System::nanoTime),
            gate,
            new LearnerGuard(membership::isLearner),
            kv,
            new WatchService(hub, leaders, node, gate),
            leases,
            new ClusterService(node, membership, clock),
            new MaintenanceService(
                node,
                gate,
                membership,
                new Snapshots(directory.member().resolve("snapshots")),
                compaction,
                quota),
            new AuthService(node, gate, tokens, new Passwords(config.auth().bcryptCost())),
            Concurrency.of(kv, leases, hub),
            health);
    // Base64 takes a third more than what it stands for.
    this.gateway = new Gateway(services, 2 * config.limits().maxRequestBytes());
    this.server =
        TlsServer.builder()
            .listen(
                config.listenClient().stream()
                    .map(url -> Endpoint.parse("--listen-client-urls", url).socketAddress())
                    .toArray(InetSocketAddress[]::new))
            .identity(clientIdentity)
            .clientAuth(TlsServer.ClientAuth.REQUIRED)
            .limits(transportLimits(config))
            .http(
                new HttpFront(
                    node,
                    new Metrics(node, hub, leaders, config.limits().quotaBytes(), rpcs),
                    gateway))
            .grpc(services)
            .start();
  }

  /**
   * Starts a member; it is ready when {@link #awaitReady} says so.
   *
   * @param onFault told once when the member cannot go on: the process must end
   * @throws StartException it cannot start with this configuration
   */
  public static EtcdServer start(
      EtcdConfig config, InstantSource clock, Consumer<Throwable> onFault) {
    try {
      return new EtcdServer(config, clock, onFault);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients are served; real ports. */
  public List<InetSocketAddress> clientAddresses() {
    return server.addresses();
  }

  /** Waits until the cluster has a leader and this member has told it its client URLs. */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    Member published =
        Member.newBuilder()
            .setID(self.getID())
            .setName(self.getName())
            .addAllClientURLs(config.advertiseClient())
            .build();
    while (System.nanoTime() - end < 0) {
      if (node.role().hasLeader() && introduced(published)) {
        LOG.info(
            "ready to serve client requests name={} member={} cluster={} urls={}",
            self.getName(),
            Long.toHexString(self.getID()),
            Long.toHexString(identity.clusterId()),
            config.advertiseClient());
        return true;
      }
      Thread.sleep(10);
    }
    return false;
  }

  /** How this member sees the cluster. */
  public Role role() {
    return node.role();
  }

  RaftNode node() {
    return node;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    handOver();
    hub.close();
    server.close();
    gateway.close();
    housekeeping.close();
    lessor.close();
    compaction.close();
    try {
      node.close();
      directory.close();
    } catch (IOException e) {
      LOG.warn("closing failed", e);
    }
    background.shutdown();
  }

  private void startRaft() throws IOException {
    try {
      node.start();
    } catch (IOException | RuntimeException e) {
      node.close();
      directory.close();
      throw PeerListener.explain(config.listenPeer(), e);
    }
    hub.start();
    lessor.start();
    compaction.start();
    housekeeping.start();
  }

  private boolean introduced(Member said) throws InterruptedException {
    try {
      return found() && publish(said);
    } catch (IllegalStateException e) {
      // The store is closed for a moment while another member's state takes its place.
      return false;
    }
  }

  /** The first members know each other from their flags; the table of members begins with them. */
  private boolean found() throws InterruptedException {
    try (StoreView view = node.store().view()) {
      if (view.isFounded()) {
        return true;
      }
    }
    // One that joins finds the table in the log.
    return !identity.joined()
        && done(new Command.ChangeMembers(ChangeMembers.Kind.FOUND, identity.members()));
  }

  private boolean publish(Member said) throws InterruptedException {
    try (StoreView view = node.store().view()) {
      for (Member member : view.members()) {
        if (member.getID() == said.getID()
            && member.getName().equals(said.getName())
            && member.getClientURLsList().equals(said.getClientURLsList())) {
          return true;
        }
      }
    }
    return done(new Command.PublishMember(said));
  }

  private boolean done(Command command) throws InterruptedException {
    try {
      return node.proposer().propose(command).get() instanceof Outcome.Done;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private byte[] answer(PeerMessage message, AppliedFanOut fanOut) {
    return switch (message) {
      case PeerMessage.Standing standing -> membership.answer(standing);
      case PeerMessage.ChangeMembers change -> membership.answer(change);
      default -> fanOut.leaseService().answer(message);
    };
  }

  private void expire(long lease, long term) {
    var unused = node.proposer().proposeAsLeader(new Command.LeaseExpire(lease), term);
  }

  /**
   * A leader that leaves on purpose names its successor: clients wait milliseconds, not seconds.
   */
  private void handOver() {
    if (!node.role().leads()) {
      return;
    }
    for (long other : node.group().voters()) {
      if (other == self.getID()) {
        continue;
      }
      try {
        node.transferLeadership(other, HAND_OVER).get(HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException | TimeoutException e) {
        LOG.info(
            "leadership not handed over to={} reason={}", Long.toHexString(other), e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static TransportLimits transportLimits(EtcdConfig config) {
    TransportLimits usual = TransportLimits.DEFAULT;
    // As etcd: half a MiB of overhead beside the request itself.
    int message = config.limits().maxRequestBytes() + (1 << 19);
    return new TransportLimits(
        usual.connections(),
        usual.streamsPerConnection(),
        usual.headerBytes(),
        usual.streamWindow(),
        usual.connectionWindow(),
        message,
        usual.resetsPerHalfMinute(),
        usual.handshake(),
        usual.requestHeader(),
        usual.idle(),
        usual.pingInterval(),
        usual.pingTimeout(),
        DRAIN);
  }

  /** Lease ids as etcd makes its ids: member, time, counter. */
  private static final class LeaseIds {
    private final long member;
    private final AtomicLong counter;

    LeaseIds(long memberId, InstantSource clock) {
      this.member = (memberId & 0x7fff) << 48;
      this.counter = new AtomicLong((clock.millis() & 0xff_ffff_ffffL) << 8);
    }

    long next() {
      return member | (counter.incrementAndGet() & 0xffff_ffff_ffffL);
    }
  }
}
