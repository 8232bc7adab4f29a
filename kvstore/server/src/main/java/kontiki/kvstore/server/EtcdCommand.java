package kontiki.kvstore.server;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import kontiki.kvstore.server.front.SpaceQuota;
import kontiki.kvstore.server.raft.ProposerLimits;
import kontiki.kvstore.server.raft.RaftSettings;
import kontiki.kvstore.server.watch.WatchLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/**
 * One member of the store, with etcd's flags. Each flag can also be given as {@code ETCD_*} in the
 * environment; the command line wins.
 */
@Command(
    name = "etcd",
    description = "Run one member of the store. The flags are etcd's; ETCD_NAME=m1 is --name m1.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    defaultValueProvider = EtcdCommand.Environment.class,
    footer = {
      "",
      "A store of one member:",
      "  kontiki etcd --name m1 --data-dir /var/lib/m1 \\",
      "    --listen-client-urls https://127.0.0.1:2379 --advertise-client-urls"
          + " https://127.0.0.1:2379 \\",
      "    --listen-peer-urls https://127.0.0.1:2380 --initial-cluster m1=https://127.0.0.1:2380"
          + " \\",
      "    --cert-file PKI/store-client/m1.crt --key-file PKI/store-client/m1.key \\",
      "    --trusted-ca-file PKI/store-client/ca.crt --client-cert-auth \\",
      "    --peer-cert-file PKI/store-peer/m1.crt --peer-key-file PKI/store-peer/m1.key \\",
      "    --peer-trusted-ca-file PKI/store-peer/ca.crt --peer-client-cert-auth",
      "The certificates come from: kontiki pki init",
      "Then: etcdctl --endpoints https://127.0.0.1:2379 --cacert ... --cert ... --key ... put k v"
    })
public final class EtcdCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofDays(36_500);

  @Option(names = "--name", paramLabel = "NAME", description = "This member's name.")
  String name = "default";

  @Option(names = "--data-dir", paramLabel = "DIR", description = "Default: NAME.etcd")
  @Nullable Path dataDirectory;

  @Option(
      names = "--listen-client-urls",
      split = ",",
      paramLabel = "URL",
      description = "Where clients are served (https only).")
  List<String> listenClient = List.of("https://localhost:2379");

  @Option(
      names = "--advertise-client-urls",
      split = ",",
      paramLabel = "URL",
      description = "Where clients find this member. Default: what it listens on.")
  @Nullable List<String> advertiseClient;

  @Option(
      names = "--listen-peer-urls",
      paramLabel = "URL",
      description = "Where other members are served (https only).")
  String listenPeer = "https://localhost:2380";

  @Option(
      names = "--initial-advertise-peer-urls",
      paramLabel = "URL",
      description = "Must be this member's URL in --initial-cluster.")
  @Nullable String advertisePeer;

  @Option(
      names = "--initial-cluster",
      paramLabel = "NAME=URL,...",
      description = "All members. Default: this one alone.")
  @Nullable String initialCluster;

  @Option(names = "--initial-cluster-state", description = "new, or existing after a restart.")
  String initialClusterState = "new";

  @Option(
      names = "--initial-cluster-token",
      paramLabel = "TOKEN",
      description = "Keeps clusters apart whose members have the same addresses.")
  String token = "etcd-cluster";

  @Option(names = "--cert-file", required = true, description = "Certificate for clients.")
  Path certFile = Path.of("");

  @Option(names = "--key-file", required = true, description = "Its key.")
  Path keyFile = Path.of("");

  @Option(names = "--trusted-ca-file", required = true, description = "Authority of clients.")
  Path trustedCaFile = Path.of("");

  @Option(
      names = "--client-cert-auth",
      arity = "0..1",
      fallbackValue = "true",
      description = "Clients need a certificate: always so here.")
  boolean clientCertAuth = true;

  @Option(names = "--peer-cert-file", required = true, description = "Certificate for members.")
  Path peerCertFile = Path.of("");

  @Option(names = "--peer-key-file", required = true, description = "Its key.")
  Path peerKeyFile = Path.of("");

  @Option(names = "--peer-trusted-ca-file", required = true, description = "Authority of members.")
  Path peerTrustedCaFile = Path.of("");

  @Option(
      names = "--peer-client-cert-auth",
      arity = "0..1",
      fallbackValue = "true",
      description = "Members need a certificate: always so here.")
  boolean peerClientCertAuth = true;

  @Option(names = "--heartbeat-interval", paramLabel = "MS", description = "Default: 100")
  long heartbeatMillis = 100;

  @Option(names = "--election-timeout", paramLabel = "MS", description = "Default: 1000")
  long electionMillis = 1000;

  @Option(
      names = "--snapshot-count",
      paramLabel = "N",
      description = "Log entries after which the engine is flushed. Default: 10000")
  long snapshotCount = RaftSettings.DEFAULT.flushEntries();

  @Option(names = "--max-txn-ops", paramLabel = "N", description = "Default: 128")
  int maxTxnOps = EtcdConfig.Limits.DEFAULT.maxTxnOps();

  @Option(names = "--max-request-bytes", paramLabel = "BYTES", description = "Default: 1572864")
  int maxRequestBytes = EtcdConfig.Limits.DEFAULT.maxRequestBytes();

  @Option(
      names = "--quota-backend-bytes",
      paramLabel = "BYTES",
      description =
          "Data on disk beyond which writes are refused. Default: 0, which is 2 GiB; negative:"
              + " no quota.")
  long quotaBytes;

  @Option(
      names = "--auto-compaction-mode",
      paramLabel = "MODE",
      description = "periodic or revision. Default: periodic")
  String compactionMode = "periodic";

  @Option(
      names = "--auto-compaction-retention",
      paramLabel = "N",
      description = "History to keep: 10m, hours, or revisions. Default: 0, all of it")
  String retention = "0";

  @Option(
      names = "--compaction-batch-limit",
      paramLabel = "N",
      description = "Records of history in one step of a compaction. Default: 1000")
  int compactionRecords = EtcdConfig.Limits.DEFAULT.compactionRecords();

  @Option(
      names = "--watch-progress-notify-interval",
      paramLabel = "DURATION",
      description = "Such as 10m, 30s, 500ms. Default: 10m")
  String progressInterval = "10m";

  @Option(
      names = "--warning-unary-request-duration",
      paramLabel = "DURATION",
      description = "The log warns of a request that takes longer. Default: 300ms")
  String slowRequest = "300ms";

  @Unmatched @Nullable List<String> unmatched;

  /** {@code ETCD_LISTEN_CLIENT_URLS} is {@code --listen-client-urls}. */
  static final class Environment implements IDefaultValueProvider {
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
      return argument instanceof OptionSpec option
          ? System.getenv(variable(option.longestName()))
          : null;
    }

    static String variable(String flag) {
      return "ETCD_" + flag.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    EtcdConfig config = config();
    AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    EtcdServer server =
        EtcdServer.start(
            config,
            InstantSource.system(),
            failure -> {
              fault.set(failure);
              ended.countDown();
            });
    Thread closing = Thread.ofPlatform().name("shutdown").unstarted(server::close);
    Runtime.getRuntime().addShutdownHook(closing);
    boolean unused = server.awaitReady(PATIENCE);
    ended.await();
    // The disk cannot be trusted any more: nothing is closed in good order.
    System.err.println("error: the store cannot go on: " + Faults.describe(fault.get()));
    Runtime.getRuntime().halt(1);
    return 1;
  }

  /** Checks the flags against each other; throws StartException with the flag's name. */
  EtcdConfig config() {
    refuseUnknown();
    if (!initialClusterState.equals("new") && !initialClusterState.equals("existing")) {
      throw new StartException(
          "--initial-cluster-state is new or existing, not " + initialClusterState);
    }
    requireMutual("--client-cert-auth", clientCertAuth);
    requireMutual("--peer-client-cert-auth", peerClientCertAuth);
    String advertisedPeer = advertisePeer == null ? listenPeer : advertisePeer;
    String all = initialCluster == null ? name + "=" + advertisedPeer : initialCluster;
    InitialCluster cluster = InitialCluster.parse(all, token);
    if (!cluster.member(name).getPeerURLsList().contains(advertisedPeer)) {
      throw new StartException(
          "--initial-cluster says "
              + cluster.member(name).getPeerURLsList()
              + " for "
              + name
              + ", but --initial-advertise-peer-urls says "
              + advertisedPeer);
    }
    List<String> advertised = advertiseClient == null ? listenClient : advertiseClient;
    advertised.forEach(url -> Endpoint.parse("--advertise-client-urls", url));
    return new EtcdConfig(
        name,
        dataDirectory == null ? Path.of(name + ".etcd") : dataDirectory,
        cluster,
        listenClient,
        listenPeer,
        advertised,
        new EtcdConfig.Certificates(certFile, keyFile, trustedCaFile),
        new EtcdConfig.Certificates(peerCertFile, peerKeyFile, peerTrustedCaFile),
        limits(),
        raft(cluster.members().size()),
        RocksSettings.DEFAULT,
        ProposerLimits.DEFAULT,
        watch());
  }

  private EtcdConfig.Limits limits() {
    return new EtcdConfig.Limits(
        positive("--max-request-bytes", maxRequestBytes),
        positive("--max-txn-ops", maxTxnOps),
        quotaBytes == 0 ? SpaceQuota.DEFAULT_BYTES : quotaBytes,
        positive("--compaction-batch-limit", compactionRecords),
        EtcdConfig.Limits.DEFAULT.compactionPause(),
        GoDuration.parse("--warning-unary-request-duration", slowRequest),
        Retention.parse(compactionMode, retention));
  }

  private RaftSettings raft(int members) {
    // Alone, there is nobody to wait for.
    Duration first = members == 1 ? Duration.ofMillis(20) : RaftSettings.DEFAULT.firstElection();
    try {
      return new RaftSettings(
          Duration.ofMillis(heartbeatMillis),
          Duration.ofMillis(electionMillis),
          first,
          Math.max(RaftSettings.DEFAULT.maxEntryBytes(), 2 * maxRequestBytes),
          positive("--snapshot-count", Math.toIntExact(snapshotCount)),
          RaftSettings.DEFAULT.keptEntries());
    } catch (IllegalArgumentException e) {
      throw new StartException("--election-timeout: " + e.getMessage(), e);
    }
  }

  private WatchLimits watch() {
    WatchLimits usual = WatchLimits.DEFAULT;
    return new WatchLimits(
        usual.queuedChanges(),
        usual.streamBufferBytes(),
        usual.catchUpBytes(),
        maxRequestBytes,
        GoDuration.parse("--watch-progress-notify-interval", progressInterval));
  }

  private void refuseUnknown() {
    if (unmatched == null || unmatched.isEmpty()) {
      return;
    }
    String flag = unmatched.getFirst().replaceFirst("=.*", "");
    throw new StartException(
        EtcdFlags.isEtcds(flag)
            ? "etcd's flag " + flag + " is not offered by this server; leave it out"
            : "unknown flag " + flag + "; see kontiki etcd --help");
  }

  private static void requireMutual(String flag, boolean value) {
    if (!value) {
      throw new StartException(flag + "=false: every connection is mutually authenticated here");
    }
  }

  private static int positive(String flag, int value) {
    if (value <= 0) {
      throw new StartException(flag + " must be positive, not " + value);
    }
    return value;
  }
}
