package kontiki.orchestrator.controllers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.DurationFlag;
import kontiki.orchestrator.client.ElectedProcess;
import kontiki.orchestrator.client.EventRecorder;
import kontiki.orchestrator.client.HealthFlags;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.orchestrator.client.LeaderElectionFlags;
import kontiki.orchestrator.controllers.nodeipam.PodRanges;
import kontiki.orchestrator.controllers.serviceaccount.TokenSigner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the control loops: kube-controller-manager's part of a cluster. */
@Command(
    name = "controllers",
    mixinStandardHelpOptions = true,
    description = {
      "Run the control loops: they make the pods of ReplicaSets and Deployments, fill Endpoints,"
          + " give nodes their address ranges, empty deleted namespaces, and more.",
      "",
      "Example:",
      "  kontiki controllers --kubeconfig controllers.kubeconfig \\\\",
      "      --root-ca-file ca.crt --cluster-cidr 10.244.0.0/16"
    })
public final class ControllersCommand implements Callable<Integer> {
  @Option(
      names = "--kubeconfig",
      required = true,
      paramLabel = "FILE",
      description = "How to reach the API server, and as whom.")
  private Path kubeconfig = Path.of("");

  @Option(
      names = "--root-ca-file",
      required = true,
      paramLabel = "FILE",
      description = "Certificates for pods to check the API server's with.")
  private Path rootCa = Path.of("");

  @Option(
      names = "--service-account-private-key-file",
      paramLabel = "FILE",
      description = "Signs the tokens of Secrets of type kubernetes.io/service-account-token.")
  private @Nullable Path accountKey;

  @Option(
      names = "--cluster-cidr",
      defaultValue = "10.244.0.0/16",
      paramLabel = "RANGE",
      description = "The addresses of all pods (default: 10.244.0.0/16).")
  private String clusterCidr = "10.244.0.0/16";

  @Option(
      names = "--node-cidr-mask-size",
      defaultValue = "24",
      paramLabel = "BITS",
      description = "The prefix length of one node's pod addresses (default: 24).")
  private int nodeMask = 24;

  @Option(
      names = "--concurrent-syncs",
      defaultValue = "5",
      paramLabel = "COUNT",
      description = "How many objects each loop works on at once (default: 5).")
  private int workers = 5;

  @Option(
      names = "--node-monitor-grace-period",
      defaultValue = "40s",
      paramLabel = "DURATION",
      converter = DurationFlag.class,
      description = "How long a node may be silent before it counts as lost (default: 40s).")
  private Duration nodeGrace = Duration.ofSeconds(40);

  @Mixin private LeaderElectionFlags election = new LeaderElectionFlags();
  @Mixin private HealthFlags health = new HealthFlags();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ControllerOptions options =
        new ControllerOptions(
            read(rootCa, "--root-ca-file"),
            accountKey == null
                ? Optional.empty()
                : Optional.of(
                    TokenSigner.ofPem(read(accountKey, "--service-account-private-key-file"))),
            PodRanges.of(clusterCidr, nodeMask),
            nodeGrace,
            workers);
    ApiClient client = ApiClient.connect(KubeConfig.load(kubeconfig));
    InstantSource clock = InstantSource.system();
    RandomGenerator random = RandomGenerator.getDefault();
    ControllerContext context =
        new ControllerContext(
            client,
            new Cluster(new InformerSet(client, clock, random)),
            component -> new EventRecorder(client, component, null, clock),
            clock,
            random);
    ControllerSet controllers = new ControllerSet(context, options);
    ElectedProcess process =
        new ElectedProcess(client, election.settings("kube-controller-manager"), controllers);
    health.serve(process.health());
    process.run();
    return 0;
  }

  private static String read(Path file, String flag) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + " (" + flag + ")", e);
    }
  }
}
