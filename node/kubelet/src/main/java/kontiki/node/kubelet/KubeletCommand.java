package kontiki.node.kubelet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import kontiki.node.cri.CriClient;
import kontiki.node.kubelet.image.ImageArchive;
import kontiki.node.kubelet.runtime.Cgroups;
import kontiki.node.kubelet.volume.LinuxMounts;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.pki.transport.TlsIdentity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the agent of a node. */
@Command(
    name = "kubelet",
    mixinStandardHelpOptions = true,
    description = {
      "Run the agent of a node: it makes a container engine run the pods bound to the node.",
      "",
      "Example:",
      "  kontiki kubelet --kubeconfig kubelet.kubeconfig --node-name kn1 --node-ip 10.200.0.11 \\",
      "    --container-runtime-endpoint unix:///run/containerd/containerd.sock \\",
      "    --tls-cert-file kn1.crt --tls-private-key-file kn1.key --client-ca-file ca.crt"
    })
public final class KubeletCommand implements Callable<Integer> {
  @Option(
      names = "--kubeconfig",
      required = true,
      paramLabel = "FILE",
      description = "How to reach the API server, as system:node:NAME.")
  private Path kubeconfig = Path.of("");

  @Option(
      names = {"--node-name", "--hostname-override"},
      required = true,
      paramLabel = "NAME",
      description = "The node's name.")
  private String nodeName = "";

  @Option(
      names = "--node-ip",
      required = true,
      paramLabel = "ADDRESS",
      description = "The node's address; the kubelet's server listens on it.")
  private String nodeIp = "";

  @Option(
      names = "--container-runtime-endpoint",
      defaultValue = "unix:///run/containerd/containerd.sock",
      paramLabel = "ENDPOINT",
      description = "The container engine's socket (default: ${DEFAULT-VALUE}).")
  private String endpoint = "";

  @Option(
      names = "--root-dir",
      defaultValue = "/var/lib/kubelet",
      paramLabel = "DIR",
      description = "Where volumes and pod files are kept (default: ${DEFAULT-VALUE}).")
  private Path rootDir = Path.of("");

  @Option(
      names = "--pod-logs-dir",
      paramLabel = "DIR",
      description = "Where the logs of pods are kept (default: ROOT-DIR/log/pods).")
  private @Nullable Path logDir;

  @Option(
      names = "--port",
      defaultValue = "10250",
      paramLabel = "PORT",
      description = "The port of the kubelet's server (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--tls-cert-file",
      required = true,
      paramLabel = "FILE",
      description = "The server's certificate.")
  private Path certificate = Path.of("");

  @Option(
      names = "--tls-private-key-file",
      required = true,
      paramLabel = "FILE",
      description = "The server's key.")
  private Path key = Path.of("");

  @Option(
      names = "--client-ca-file",
      required = true,
      paramLabel = "FILE",
      description = "The authority of those who may ask the server: the API servers.")
  private Path clientCa = Path.of("");

  @Option(
      names = "--cluster-dns",
      split = ",",
      paramLabel = "ADDRESS",
      description = "Name servers of pods.")
  private List<String> clusterDns = List.of();

  @Option(
      names = "--cluster-domain",
      defaultValue = "cluster.local",
      paramLabel = "NAME",
      description = "The DNS domain of the cluster (default: ${DEFAULT-VALUE}).")
  private String clusterDomain = "";

  @Option(
      names = "--pod-infra-container-image",
      defaultValue = ImageArchive.PAUSE,
      paramLabel = "IMAGE",
      description = "The engine's pause image, which is never removed (default: ${DEFAULT-VALUE}).")
  private String pauseImage = "";

  @Option(
      names = "--cgroup-root",
      defaultValue = "/",
      paramLabel = "PATH",
      description = "The cgroup that holds the pods' cgroups (default: ${DEFAULT-VALUE}).")
  private String cgroupRoot = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path root = rootDir.toAbsolutePath().normalize();
    KubeletConfig config =
        new KubeletConfig(
            nodeName,
            nodeIp,
            root,
            logDir == null ? root.resolve("log").resolve("pods") : logDir.toAbsolutePath(),
            port,
            clusterDns,
            clusterDomain,
            pauseImage,
            cgroupRoot);
    TlsIdentity identity = TlsIdentity.load(certificate, key, clientCa);
    try (CriClient runtime = CriClient.open(endpoint);
        ApiClient client = ApiClient.connect(KubeConfig.load(kubeconfig));
        Kubelet kubelet =
            Kubelet.start(
                config,
                new Kubelet.Surroundings(
                    runtime,
                    client,
                    identity,
                    new LinuxMounts(),
                    new Cgroups(Path.of("/sys/fs/cgroup")),
                    InstantSource.system()))) {
      new CountDownLatch(1).await();
      return kubelet.addresses().size();
    }
  }
}
