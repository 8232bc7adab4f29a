package kontiki.node.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs every role and a few commands in this one process, on loopback and in a temporary folder, so
 * that a JVM which records an AOT cache (JEP 514, 515) sees the classes and the hot methods of all
 * of them. The build of the launcher runs it; it ends by itself.
 */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Exercise the roles once, for the AOT cache that the build records.")
final class TrainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROUNDS = 30;
  private static final int FIRST_PORT = 21_000;
  private static final int PORTS = 9_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--kv-cache",
      required = true,
      paramLabel = "FILE",
      description = "Where a second cache goes, of the KV command alone: the smaller, the sooner.")
  private Path kvCache = Path.of("");

  @Option(
      names = "--kv-args",
      required = true,
      paramLabel = "FILE",
      description = "The JVM's arguments of the KV command, with its class path.")
  private Path kvArguments = Path.of("");

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("kontiki-train");
    try {
      train(folder);
      return 0;
    } finally {
      delete(folder);
    }
  }

  private void train(Path folder) throws IOException, InterruptedException {
    int port = FIRST_PORT + (int) (ProcessHandle.current().pid() % PORTS);
    PkiDirectory pki =
        PkiDirectory.create(
            folder.resolve("pki"),
            ClusterPlan.of(
                List.of(new ClusterPlan.Member("m1", List.of())),
                List.of(new ClusterPlan.NodePlan("train", List.of("127.0.0.1"))),
                List.of("127.0.0.1")),
            Clock.systemUTC());
    String store = "https://127.0.0.1:" + port;
    Path admin = kubeconfig(folder, pki, "admin", port + 2);
    start(store(folder, pki, store, port + 1));
    String[] kv = kv(pki, store);
    await(with(kv, "put", "train", "0"));
    start(apiServer(pki, store, port + 2));
    await("ctl", "get", "namespaces", "--kubeconfig=" + admin);
    start(
        "controllers",
        "--kubeconfig=" + kubeconfig(folder, pki, "controllers", port + 2),
        "--root-ca-file=" + pki.authority(CertificateSet.API_SERVER),
        "--cluster-cidr=10.244.0.0/16");
    start("scheduler", "--kubeconfig=" + kubeconfig(folder, pki, "scheduler", port + 2));
    await("ctl", "get", "serviceaccount", "default", "--kubeconfig=" + admin);
    exercise(folder, admin, kv);
    recordKv(with(kv, "get", "train/0"));
  }

  /** Records the KV command in a process of its own, against the store of this one. */
  private void recordKv(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:AOTCacheOutput=" + kvCache);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.add("@" + kvArguments);
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    int code =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("the KV command could not be recorded: exit code " + code);
    }
  }

  /** What people do first, often enough that the hot methods are known. */
  private void exercise(Path folder, Path admin, String[] kv) throws IOException {
    Path manifest = folder.resolve("deployment.yaml");
    Files.writeString(manifest, DEPLOYMENT);
    run("ctl", "apply", "-f", manifest.toString(), "--kubeconfig=" + admin);
    for (int i = 0; i < ROUNDS; i++) {
      run(with(kv, "put", "train/" + i, "value"));
      run(with(kv, "get", "--prefix", "train/"));
      run("ctl", "get", "pods", "-o", "wide", "--kubeconfig=" + admin);
      run("ctl", "scale", "deployment/train", "--replicas=" + i % 3, "--kubeconfig=" + admin);
    }
    run("ctl", "describe", "deployment", "train", "--kubeconfig=" + admin);
    run("ctl", "delete", "-f", manifest.toString(), "--wait=false", "--kubeconfig=" + admin);
    run("--help");
  }

  private static String[] store(Path folder, PkiDirectory pki, String client, int peerPort) {
    String peer = "https://127.0.0.1:" + peerPort;
    return new String[] {
      "etcd",
      "--name=m1",
      "--data-dir=" + folder.resolve("store"),
      "--listen-client-urls=" + client,
      "--advertise-client-urls=" + client,
      "--listen-peer-urls=" + peer,
      "--initial-advertise-peer-urls=" + peer,
      "--initial-cluster=m1=" + peer,
      "--cert-file=" + pki.certificate(CertificateSet.STORE_CLIENT, "m1"),
      "--key-file=" + pki.key(CertificateSet.STORE_CLIENT, "m1"),
      "--trusted-ca-file=" + pki.authority(CertificateSet.STORE_CLIENT),
      "--client-cert-auth",
      "--peer-cert-file=" + pki.certificate(CertificateSet.STORE_PEER, "m1"),
      "--peer-key-file=" + pki.key(CertificateSet.STORE_PEER, "m1"),
      "--peer-trusted-ca-file=" + pki.authority(CertificateSet.STORE_PEER),
      "--peer-client-cert-auth"
    };
  }

  private static String[] apiServer(PkiDirectory pki, String store, int port) {
    CertificateSet node = CertificateSet.API_SERVER_NODE;
    return new String[] {
      "apiserver",
      "--etcd-servers=" + store,
      "--etcd-cafile=" + pki.authority(CertificateSet.STORE_CLIENT),
      "--etcd-certfile=" + pki.certificate(CertificateSet.STORE_CLIENT, "apiserver"),
      "--etcd-keyfile=" + pki.key(CertificateSet.STORE_CLIENT, "apiserver"),
      "--bind-address=127.0.0.1",
      "--secure-port=" + port,
      "--advertise-address=127.0.0.1",
      "--tls-cert-file=" + pki.certificate(CertificateSet.API_SERVER, "apiserver"),
      "--tls-private-key-file=" + pki.key(CertificateSet.API_SERVER, "apiserver"),
      "--client-ca-file=" + pki.authority(CertificateSet.API_SERVER),
      "--node-client-ca-file=" + pki.authority(node),
      "--service-account-key-file=" + pki.serviceAccountPublicKey(),
      "--service-account-signing-key-file=" + pki.serviceAccountKey(),
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--kubelet-client-certificate=" + pki.certificate(node, "apiserver"),
      "--kubelet-client-key=" + pki.key(node, "apiserver"),
      "--kubelet-certificate-authority=" + pki.authority(node),
      "--authorization-mode=Node,RBAC"
    };
  }

  private static String[] kv(PkiDirectory pki, String endpoint) {
    return new String[] {
      "kv",
      "--endpoints=" + endpoint,
      "--cacert=" + pki.authority(CertificateSet.STORE_CLIENT),
      "--cert=" + pki.certificate(CertificateSet.STORE_CLIENT, "kv"),
      "--key=" + pki.key(CertificateSet.STORE_CLIENT, "kv")
    };
  }

  private static Path kubeconfig(Path folder, PkiDirectory pki, String name, int port)
      throws IOException {
    Path file = folder.resolve(name + ".kubeconfig");
    KubeConfig.of(
            "train",
            name,
            "https://127.0.0.1:" + port,
            Files.readString(pki.authority(CertificateSet.API_SERVER)),
            Files.readString(pki.certificate(CertificateSet.API_SERVER, name)),
            Files.readString(pki.key(CertificateSet.API_SERVER, name)))
        .write(file);
    return file;
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
  }

  /** Starts a role; it runs until this process ends. */
  private void start(String... arguments) {
    Thread.ofPlatform()
        .daemon()
        .name("train-" + arguments[0])
        .start(() -> {
          PrintWriter err = spec.commandLine().getErr();
          Main.run(new PrintWriter(Writer.nullWriter()), err, arguments);
        });
  }

  private static int run(String... arguments) {
    return Main.run(
        new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), arguments);
  }

  private static void await(String... arguments) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      StringWriter why = new StringWriter();
      int code = Main.run(new PrintWriter(Writer.nullWriter()), new PrintWriter(why), arguments);
      if (code == 0) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "'" + arguments[0] + "' did not succeed in " + PATIENCE.toSeconds() + " s: " + why);
      }
      Thread.sleep(100);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: train
      spec:
        replicas: 2
        selector:
          matchLabels:
            app: train
        template:
          metadata:
            labels:
              app: train
          spec:
            containers:
            - name: train
              image: kontiki/kubia
      """;
}
