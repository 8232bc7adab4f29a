package kontiki.chaos.cluster;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kontiki.chaos.fault.PeerNetwork;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.StatusRequest;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;

/**
 * Members as real processes on loopback with mutual TLS, of Kontiki's store or of any other that
 * takes etcd's flags; peers talk through a {@link PeerNetwork}. It ends only what it started.
 */
public final class ProcessCluster implements Cluster {
  private static final int STATUS_MILLIS = 500;
  private static final int READ_MILLIS = 2_000;
  private static final int POLL_MILLIS = 100;

  /** Where one member serves. */
  private record Ports(int client, int peer, int peerProxy) {}

  private final Path directory;
  private final List<String> names;
  private final Map<String, Ports> ports = new LinkedHashMap<>();
  private final Map<String, MemberProcess> processes = new LinkedHashMap<>();
  private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();
  private final PeerNetwork network = new PeerNetwork(this::memberOfPort);
  private final TlsIdentity identity;

  private ProcessCluster(Path directory, List<String> executable, int members) throws IOException {
    this.directory = directory;
    this.names = IntStream.rangeClosed(1, members).mapToObj(i -> "m" + i).toList();
    var plan =
        ClusterPlan.of(
            names.stream().map(name -> new ClusterPlan.Member(name, List.of())).toList(),
            List.of(),
            List.of());
    PkiDirectory.create(directory.resolve("pki"), plan, InstantSource.system());
    Path clients = directory.resolve("pki/store-client");
    identity =
        TlsIdentity.load(
            clients.resolve("kv.crt"), clients.resolve("kv.key"), clients.resolve("ca.crt"));
    for (String name : names) {
      int peer = PeerNetwork.freePort();
      ports.put(name, new Ports(PeerNetwork.freePort(), peer, network.add(name, peer)));
    }
    for (String name : names) {
      var command = new ArrayList<>(executable);
      command.addAll(flags(name));
      processes.put(name, new MemberProcess(command, directory.resolve(name + ".log")));
      channels.put(name, connect(name));
    }
  }

  /**
   * Lays out a cluster in a directory, and starts every member.
   *
   * @param executable the command to which etcd's flags are added
   * @param members 1, 3 or 5
   */
  public static ProcessCluster start(Path directory, List<String> executable, int members)
      throws IOException {
    Files.createDirectories(directory);
    var cluster = new ProcessCluster(directory, executable, members);
    try {
      for (String name : cluster.names) {
        cluster.start(name);
      }
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private List<String> flags(String name) {
    Path peer = directory.resolve("pki/store-peer");
    Path client = directory.resolve("pki/store-client");
    String clientUrl = "https://127.0.0.1:" + ports(name).client();
    String initialCluster =
        names.stream()
            .map(each -> each + "=https://127.0.0.1:" + ports(each).peerProxy())
            .collect(Collectors.joining(","));
    return List.of(
        "--name=" + name,
        "--data-dir=" + directory.resolve(name),
        "--listen-client-urls=" + clientUrl,
        "--advertise-client-urls=" + clientUrl,
        "--listen-peer-urls=https://127.0.0.1:" + ports(name).peer(),
        "--initial-advertise-peer-urls=https://127.0.0.1:" + ports(name).peerProxy(),
        "--initial-cluster=" + initialCluster,
        "--initial-cluster-state=new",
        "--initial-cluster-token=chaos",
        "--client-cert-auth",
        "--trusted-ca-file=" + client.resolve("ca.crt"),
        "--cert-file=" + client.resolve(name + ".crt"),
        "--key-file=" + client.resolve(name + ".key"),
        "--peer-client-cert-auth",
        "--peer-trusted-ca-file=" + peer.resolve("ca.crt"),
        "--peer-cert-file=" + peer.resolve(name + ".crt"),
        "--peer-key-file=" + peer.resolve(name + ".key"));
  }

  private Ports ports(String name) {
    return java.util.Objects.requireNonNull(ports.get(name), name);
  }

  private MemberProcess process(String name) {
    return java.util.Objects.requireNonNull(processes.get(name), name);
  }

  private ManagedChannel channel(String name) {
    return java.util.Objects.requireNonNull(channels.get(name), name);
  }

  private Optional<String> memberOfPort(int port) {
    return names.stream()
        .filter(name -> SocketOwners.of(port, () -> process(name).handles()).isPresent())
        .findFirst();
  }

  @Override
  public List<String> members() {
    return names;
  }

  @Override
  public ManagedChannel connect(String member) {
    var uri = URI.create("https://127.0.0.1:" + ports(member).client());
    return GrpcChannels.open(List.of(uri), identity);
  }

  @Override
  public Optional<String> leader() {
    return names.stream().filter(this::leads).findFirst();
  }

  private boolean leads(String member) {
    try {
      var status =
          MaintenanceGrpc.newBlockingStub(channel(member))
              .withDeadlineAfter(STATUS_MILLIS, TimeUnit.MILLISECONDS)
              .status(StatusRequest.getDefaultInstance());
      return status.getLeader() == status.getHeader().getMemberId();
    } catch (StatusRuntimeException unreachable) {
      return false;
    }
  }

  @Override
  public void awaitReady(Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    List<String> waiting = names;
    while (!waiting.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "not ready after "
                + timeout.toSeconds()
                + " s: "
                + waiting
                + "; see the logs in "
                + directory);
      }
      waiting = waiting.stream().filter(member -> !reads(member)).toList();
      if (!waiting.isEmpty()) {
        pauseFor(POLL_MILLIS);
      }
    }
  }

  private static void pauseFor(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean reads(String member) {
    try {
      var request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("ready")).build();
      KVGrpc.newBlockingStub(channel(member))
          .withDeadlineAfter(READ_MILLIS, TimeUnit.MILLISECONDS)
          .range(request);
      return true;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  @Override
  public void start(String member) throws IOException {
    process(member).start();
  }

  @Override
  public void kill(String member) {
    process(member).kill();
  }

  @Override
  public void terminate(String member) {
    process(member).terminate();
  }

  @Override
  public void pause(String member) throws IOException {
    process(member).signal("STOP");
  }

  @Override
  public void resume(String member) throws IOException {
    process(member).signal("CONT");
  }

  @Override
  public void partition(Set<String> side) {
    network.partition(side);
  }

  @Override
  public void heal() {
    network.heal();
  }

  @Override
  public void recover() throws IOException {
    heal();
    for (String member : names) {
      resume(member);
      if (!process(member).isRunning()) {
        start(member);
      }
    }
  }

  @Override
  public void close() {
    processes.values().forEach(MemberProcess::kill);
    channels.values().forEach(ManagedChannel::shutdownNow);
    network.close();
  }
}
