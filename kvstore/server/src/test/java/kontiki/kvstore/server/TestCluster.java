package kontiki.kvstore.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.RetryPolicy;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import kontiki.kvstore.server.auth.AuthSettings;
import kontiki.kvstore.server.raft.ProposerLimits;
import kontiki.kvstore.server.raft.RaftSettings;
import kontiki.kvstore.server.watch.WatchLimits;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;

/** Members in this process, on free loopback ports, with certificates of their own. */
final class TestCluster implements AutoCloseable {
  /** Long, because a busy machine is slow; nothing waits longer than it must. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  /** So many may join later. */
  private static final int SPARE = 2;

  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private final Path root;
  private final int size;
  private final PkiDirectory pki;
  private final List<Integer> peerPorts;
  private final UnaryOperator<String> initialUrls;
  private final TreeMap<Integer, EtcdServer> running = new TreeMap<>();
  private final Map<Integer, Throwable> faults = new ConcurrentHashMap<>();
  private final TreeMap<Integer, Integer> clientPorts = new TreeMap<>();
  private RaftSettings raft = RaftSettings.DEFAULT;
  private WatchLimits watch = WatchLimits.DEFAULT;
  private EtcdConfig.Limits limits = EtcdConfig.Limits.DEFAULT;
  private AuthSettings auth = AuthSettings.DEFAULT;

  TestCluster(Path root, int size) throws IOException {
    this(root, size, freePorts(size + SPARE), UnaryOperator.identity());
  }

  private TestCluster(
      Path root, int size, List<Integer> peerPorts, UnaryOperator<String> initialUrls) {
    this.root = root;
    this.size = size;
    this.peerPorts = peerPorts;
    this.initialUrls = initialUrls;
    List<ClusterPlan.Member> members = new ArrayList<>();
    for (int i = 1; i <= size + SPARE; i++) {
      members.add(new ClusterPlan.Member("m" + i, List.of("127.0.0.1", "localhost")));
    }
    this.pki =
        PkiDirectory.create(
            root.resolve("pki"),
            ClusterPlan.of(members, List.of(), List.of()),
            InstantSource.system());
  }

  static TestCluster started(Path root, int size) throws IOException, InterruptedException {
    TestCluster cluster = new TestCluster(root, size);
    cluster.startAll();
    return cluster;
  }

  TestCluster with(RaftSettings settings) {
    raft = settings;
    return this;
  }

  TestCluster with(WatchLimits settings) {
    watch = settings;
    return this;
  }

  TestCluster with(EtcdConfig.Limits settings) {
    limits = settings;
    return this;
  }

  TestCluster with(AuthSettings settings) {
    auth = settings;
    return this;
  }

  void startAll() throws InterruptedException {
    for (int i = 1; i <= size; i++) {
      start(i);
    }
    for (int i = 1; i <= size; i++) {
      awaitReady(i);
    }
  }

  EtcdServer start(int member) {
    return start(member, config(member));
  }

  private EtcdServer start(int member, EtcdConfig config) {
    faults.remove(member);
    EtcdServer server =
        EtcdServer.start(
            config,
            InstantSource.system(),
            fault -> {
              fault.printStackTrace();
              faults.put(member, fault);
            });
    running.put(member, server);
    clientPorts.put(member, server.clientAddresses().getFirst().getPort());
    return server;
  }

  /** Starts a member that the cluster expects. */
  EtcdServer join(int member) {
    return start(member, config(member, true));
  }

  String peerUrl(int member) {
    return "https://127.0.0.1:" + peerPorts.get(member - 1);
  }

  Path dataDirectory(int member) {
    return root.resolve("m" + member);
  }

  /** Why a member cannot go on; waits until it says so. */
  Throwable fault(int member) throws InterruptedException {
    await("the end of m" + member, () -> faults.containsKey(member));
    return faults.get(member);
  }

  void awaitReady(int member) throws InterruptedException {
    if (!running.get(member).awaitReady(PATIENCE)) {
      throw new AssertionError("member m" + member + " is not ready");
    }
  }

  void stop(int member) {
    running.remove(member).close();
  }

  EtcdServer server(int member) {
    return running.get(member);
  }

  /** The number of the member that leads, waiting for one. */
  int leader() throws InterruptedException {
    int[] found = {0};
    await(
        "a leader",
        () -> {
          running.forEach((number, server) -> found[0] = server.role().leads() ? number : found[0]);
          return found[0] != 0;
        });
    return found[0];
  }

  /** The first entry that the member's log still holds. */
  long firstLogIndex(int member) {
    return running.get(member).node().firstLogIndex();
  }

  EtcdConfig config(int member) {
    return config(member, member > size);
  }

  /**
   * @param existing the member joins
   */
  EtcdConfig config(int member, boolean existing) {
    RaftSettings settings =
        size > 1
            ? raft
            : new RaftSettings(
                raft.heartbeat(),
                raft.election(),
                Duration.ofMillis(20),
                raft.maxEntryBytes(),
                raft.flushEntries(),
                raft.keptEntries());
    String client = "https://127.0.0.1:" + clientPorts.getOrDefault(member, 0);
    String name = "m" + member;
    return new EtcdConfig(
        name,
        root.resolve(name),
        InitialCluster.parse(
            initialCluster() + (member > size ? "," + name + "=" + peerUrl(member) : ""), "test"),
        existing,
        List.of(client),
        peerUrl(member),
        List.of(client),
        certificates(CertificateSet.STORE_CLIENT, name),
        certificates(CertificateSet.STORE_PEER, name),
        limits,
        settings,
        RocksSettings.TINY,
        ProposerLimits.DEFAULT,
        watch,
        auth);
  }

  String initialCluster() {
    List<String> parts = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      parts.add("m" + i + "=" + initialUrls.apply("https://127.0.0.1:" + peerPorts.get(i - 1)));
    }
    return String.join(",", parts);
  }

  private EtcdConfig.Certificates certificates(CertificateSet set, String name) {
    return new EtcdConfig.Certificates(
        pki.certificate(set, name), pki.key(set, name), pki.authority(set));
  }

  PkiDirectory pki() {
    return pki;
  }

  URI endpoint(int member) {
    return URI.create("https://127.0.0.1:" + clientPorts.get(member));
  }

  /** All members that have ever run, as etcdctl wants them. */
  String endpoints() {
    return String.join(
        ",", clientPorts.values().stream().map(port -> "https://127.0.0.1:" + port).toList());
  }

  KvClient client(int member) {
    return client(member, "kv");
  }

  /** As whom that certificate names. */
  KvClient client(int member, String certificate) {
    return new KvClient(
        GrpcChannels.open(List.of(endpoint(member)), clientIdentity(certificate)),
        Duration.ofSeconds(15),
        RetryPolicy.DEFAULT);
  }

  TlsIdentity clientIdentity() {
    return clientIdentity("kv");
  }

  private TlsIdentity clientIdentity(String certificate) {
    return TlsIdentity.load(
        pki.certificate(CertificateSet.STORE_CLIENT, certificate),
        pki.key(CertificateSet.STORE_CLIENT, certificate),
        pki.authority(CertificateSet.STORE_CLIENT));
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      boolean unused = NEVER.await(5, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Free ports below those that Linux gives to outgoing connections: while a member is down,
   * nobody's connection takes its port.
   */
  static List<Integer> freePorts(int count) throws IOException {
    Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(12_000, 30_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(port);
      } catch (BindException taken) {
        continue;
      }
    }
    return List.copyOf(ports);
  }

  @Override
  public void close() {
    running.values().forEach(EtcdServer::close);
    running.clear();
  }
}
