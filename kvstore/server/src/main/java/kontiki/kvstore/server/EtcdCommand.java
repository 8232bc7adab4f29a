package kontiki.kvstore.server;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import kontiki.kvstore.server.raft.ProposerLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * One member of the store, with etcd's flags. Each flag can also be given as {@code ETCD_*} in the
 * environment; the command line wins. {@link EtcdFlags} lists what is not an option here.
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
  private static final Logger LOG = LoggerFactory.getLogger(EtcdCommand.class);
  private static final Duration PATIENCE = Duration.ofDays(36_500);

  @Mixin MemberOptions member = new MemberOptions();

  @Option(names = "--data-dir", paramLabel = "DIR", description = "Default: NAME.etcd")
  @Nullable Path dataDirectory;

  @Option(
      names = "--config-file",
      paramLabel = "FILE",
      description = "etcd's YAML file. Other flags and the environment are then ignored.")
  @Nullable Path configFile;

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

  @Option(names = "--initial-cluster-state", description = "existing: join a cluster that runs.")
  String initialClusterState = "new";

  @Mixin CertificateOptions certificates = new CertificateOptions();
  @Mixin RaftOptions raft = new RaftOptions();
  @Mixin LimitOptions limits = new LimitOptions();
  @Mixin AuthOptions auth = new AuthOptions();

  @Unmatched @Nullable List<String> unmatched;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Map<String, String> environment = System.getenv();

  /** {@code ETCD_*} of the process. */
  static final class Environment implements IDefaultValueProvider {
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
      return argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()
          ? System.getenv(ForeignFlags.variable(option.longestName()))
          : null;
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
    if (configFile != null) {
      return fromFile(configFile);
    }
    ForeignFlags.check(unmatched == null ? List.of() : unmatched, environment)
        .forEach(warning -> LOG.warn("{}", warning));
    warnOfShadowedVariables();
    if (!initialClusterState.equals("new") && !initialClusterState.equals("existing")) {
      throw new StartException(
          "--initial-cluster-state is new or existing, not " + initialClusterState);
    }
    certificates.check();
    if (member.advertisePeer == null) {
      member.advertisePeer = listenPeer;
    }
    InitialCluster cluster = member.cluster(listenPeer);
    List<String> advertised = advertiseClient == null ? listenClient : advertiseClient;
    advertised.forEach(url -> Endpoint.parse("--advertise-client-urls", url));
    return new EtcdConfig(
        member.name,
        dataDirectory == null ? Path.of(member.name + ".etcd") : dataDirectory,
        cluster,
        initialClusterState.equals("existing"),
        listenClient,
        listenPeer,
        advertised,
        certificates.client(),
        certificates.peer(),
        limits.limits(),
        raft.settings(cluster.members().size(), limits.maxRequestBytes),
        RocksSettings.DEFAULT,
        ProposerLimits.DEFAULT,
        limits.watch(),
        auth.settings());
  }

  /** Nothing but the file counts, as in etcd. */
  private EtcdConfig fromFile(Path file) {
    List<String> ignored = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      String name = option.longestName();
      boolean given = spec.commandLine().getParseResult().hasMatchedOption(option);
      if (given && !name.equals("--config-file")) {
        ignored.add(name);
      }
      if (environment.containsKey(ForeignFlags.variable(name))) {
        ignored.add(ForeignFlags.variable(name));
      }
    }
    if (unmatched != null) {
      unmatched.stream().filter(text -> text.startsWith("--")).forEach(ignored::add);
    }
    if (!ignored.isEmpty()) {
      LOG.warn("--config-file is given, so these are ignored: {}", String.join(", ", ignored));
    }
    EtcdCommand command = new EtcdCommand();
    command.environment = Map.of();
    CommandLine line = new CommandLine(command).setDefaultValueProvider(_ -> null);
    try {
      var unused = line.parseArgs(ConfigFile.arguments(file).toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new StartException("--config-file " + file + ": " + e.getMessage(), e);
    }
    return command.config();
  }

  private void warnOfShadowedVariables() {
    for (OptionSpec option : spec.options()) {
      String variable = ForeignFlags.variable(option.longestName());
      if (environment.containsKey(variable)
          && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        LOG.warn("{} is given, so {} is ignored", option.longestName(), variable);
      }
    }
  }
}
