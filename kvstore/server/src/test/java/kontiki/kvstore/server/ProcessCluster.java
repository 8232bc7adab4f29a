package kontiki.kvstore.server;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.RetryPolicy;
import kontiki.kvstore.api.pb.StatusResponse;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;

/** Members in processes of their own, started through the command, killed without mercy. */
final class ProcessCluster implements AutoCloseable {
  private static final List<String> JVM =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:MaxDirectMemorySize=64m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path root;
  private final Path data;
  private final int size;
  private final List<String> flags;
  private final PkiDirectory pki;
  private final List<Integer> ports;
  private final TreeMap<Integer, Process> running = new TreeMap<>();

  /**
   * @param flags of every member, beside those that it cannot do without
   */
  ProcessCluster(Path root, int size, String... flags) throws IOException {
    this(root, root, size, flags);
  }

  /**
   * @param data where the members' directories lie; certificates and logs stay below {@code root}
   */
  ProcessCluster(Path root, Path data, int size, String... flags) throws IOException {
    this.root = root;
    this.data = data;
    this.flags = List.of(flags);
    this.size = size;
    this.ports = TestCluster.freePorts(2 * size);
    List<ClusterPlan.Member> members =
        IntStream.rangeClosed(1, size)
            .mapToObj(i -> new ClusterPlan.Member("m" + i, List.of("127.0.0.1")))
            .toList();
    this.pki =
        PkiDirectory.create(
            root.resolve("pki"),
            ClusterPlan.of(members, List.of(), List.of()),
            InstantSource.system());
  }

  void startAll() {
    for (int member = 1; member <= size; member++) {
      start(member);
    }
  }

  void start(int member) {
    try {
      running.put(member, launch(member));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch(int member) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(MemberMain.class.getName());
    command.addAll(arguments(member));
    command.addAll(flags);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(member).toFile()))
        .start();
  }

  List<String> arguments(int member) {
    String name = "m" + member;
    String client = "https://127.0.0.1:" + clientPort(member);
    String peer = peerUrl(member);
    List<String> all =
        IntStream.rangeClosed(1, size).mapToObj(i -> "m" + i + "=" + peerUrl(i)).toList();
    return List.of(
        "--name",
        name,
        "--data-dir",
        data.resolve(name).toString(),
        "--listen-client-urls",
        client,
        "--advertise-client-urls",
        client,
        "--listen-peer-urls",
        peer,
        "--initial-advertise-peer-urls",
        peer,
        "--initial-cluster",
        String.join(",", all),
        "--cert-file",
        pki.certificate(CertificateSet.STORE_CLIENT, name).toString(),
        "--key-file",
        pki.key(CertificateSet.STORE_CLIENT, name).toString(),
        "--trusted-ca-file",
        pki.authority(CertificateSet.STORE_CLIENT).toString(),
        "--client-cert-auth",
        "--peer-cert-file",
        pki.certificate(CertificateSet.STORE_PEER, name).toString(),
        "--peer-key-file",
        pki.key(CertificateSet.STORE_PEER, name).toString(),
        "--peer-trusted-ca-file",
        pki.authority(CertificateSet.STORE_PEER).toString(),
        "--peer-client-cert-auth");
  }

  Path log(int member) {
    return root.resolve("m" + member + ".log");
  }

  /** As kill -9. */
  void kill(int member) throws InterruptedException {
    running.remove(member).destroyForcibly().waitFor();
  }

  /** Waits until the member has ended by itself. */
  void awaitEnd(int member) throws InterruptedException {
    if (!running.remove(member).waitFor(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("member m" + member + " goes on; its log:\n" + readLog(member));
    }
  }

  void killAll() throws InterruptedException {
    List<Process> all = List.copyOf(running.values());
    running.clear();
    all.forEach(Process::destroyForcibly);
    for (Process process : all) {
      process.waitFor();
    }
  }

  void awaitServing() throws InterruptedException {
    for (int member : List.copyOf(running.keySet())) {
      try (KvClient client = client(List.of(member), Duration.ofSeconds(2))) {
        TestCluster.await("member m" + member + " to serve", () -> serves(client));
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "; its log:\n" + readLog(member), e);
      }
    }
  }

  private static boolean serves(KvClient client) {
    try {
      client.range(KeyRange.single("ready"));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private String readLog(int member) {
    try {
      return Files.readString(log(member));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of the member that all running ones take for the leader. */
  int leader() throws InterruptedException {
    int[] leader = {0};
    TestCluster.await("a leader", () -> (leader[0] = findLeader()) != 0);
    return leader[0];
  }

  private int findLeader() {
    for (int member : running.keySet()) {
      try (KvClient client = client(List.of(member), Duration.ofSeconds(2))) {
        StatusResponse status = client.status();
        if (status.getLeader() != 0 && status.getLeader() == status.getHeader().getMemberId()) {
          return member;
        }
      } catch (StatusRuntimeException e) {
        continue;
      }
    }
    return 0;
  }

  KvClient client(List<Integer> members, Duration deadline) {
    List<URI> endpoints =
        members.stream().map(m -> URI.create("https://127.0.0.1:" + clientPort(m))).toList();
    return new KvClient(
        GrpcChannels.open(
            endpoints,
            TlsIdentity.load(
                pki.certificate(CertificateSet.STORE_CLIENT, "kv"),
                pki.key(CertificateSet.STORE_CLIENT, "kv"),
                pki.authority(CertificateSet.STORE_CLIENT))),
        deadline,
        RetryPolicy.DEFAULT);
  }

  List<Integer> runningMembers() {
    return List.copyOf(running.keySet());
  }

  private int clientPort(int member) {
    return ports.get(member - 1);
  }

  private String peerUrl(int member) {
    return "https://127.0.0.1:" + ports.get(size + member - 1);
  }

  @Override
  public void close() {
    try {
      killAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
