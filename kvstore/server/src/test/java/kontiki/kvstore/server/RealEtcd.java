package kontiki.kvstore.server;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.pki.transport.GrpcChannels;

/** Debian's etcd, alone, on loopback. */
final class RealEtcd implements AutoCloseable {
  private static final Path BINARY = Path.of("/usr/bin/etcd");

  private final Process process;
  private final ManagedChannel channel;
  private final String endpoint;

  private RealEtcd(Process process, ManagedChannel channel, String endpoint) {
    this.endpoint = endpoint;
    this.process = process;
    this.channel = channel;
  }

  static boolean isInstalled() {
    return Files.isExecutable(BINARY);
  }

  static RealEtcd start(Path directory) throws IOException, InterruptedException {
    List<Integer> ports = TestCluster.freePorts(2);
    String client = "http://127.0.0.1:" + ports.get(0);
    return start(
        directory,
        client,
        ports.get(1),
        NettyChannelBuilder.forAddress("127.0.0.1", ports.get(0)).usePlaintext().build(),
        List.of());
  }

  /** Asks its clients for certificates, as the first member of the cluster does. */
  static RealEtcd startSecure(Path directory, TestCluster cluster)
      throws IOException, InterruptedException {
    List<Integer> ports = TestCluster.freePorts(2);
    String client = "https://127.0.0.1:" + ports.get(0);
    EtcdConfig.Certificates files = cluster.config(1).client();
    return start(
        directory,
        client,
        ports.get(1),
        GrpcChannels.open(List.of(URI.create(client)), cluster.clientIdentity()),
        List.of(
            "--cert-file=" + files.chain(),
            "--key-file=" + files.key(),
            "--trusted-ca-file=" + files.trust(),
            "--client-cert-auth",
            "--bcrypt-cost=4"));
  }

  private static RealEtcd start(
      Path directory, String client, int peerPort, ManagedChannel channel, List<String> more)
      throws IOException, InterruptedException {
    String peer = "http://127.0.0.1:" + peerPort;
    List<String> command =
        new ArrayList<>(
            List.of(
                BINARY.toString(),
                "--data-dir",
                directory.resolve("etcd").toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                "default=" + peer));
    command.addAll(more);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    RealEtcd etcd = new RealEtcd(process, channel, client);
    TestCluster.await("etcd to serve", () -> serves(channel));
    return etcd;
  }

  private static boolean serves(ManagedChannel channel) {
    try {
      var unused =
          KVGrpc.newBlockingStub(channel)
              .withDeadlineAfter(2, TimeUnit.SECONDS)
              .range(RangeRequest.newBuilder().setKey(KeyRange.ZERO).build());
      return true;
    } catch (StatusRuntimeException e) {
      // It wants to know who asks.
      return EtcdError.USER_EMPTY.matches(e.getStatus());
    }
  }

  /** Saves a snapshot with etcdctl. */
  Path snapshot(Path file, String... flags) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/bin/etcdctl",
                "--endpoints",
                channel.authority(),
                "snapshot",
                "save",
                file.toString()));
    command.addAll(List.of(flags));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    Process save = builder.start();
    String said = new String(save.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (save.waitFor() != 0) {
      throw new AssertionError("no snapshot: " + said);
    }
    return file;
  }

  String endpoint() {
    return endpoint;
  }

  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    process.destroyForcibly();
  }
}
