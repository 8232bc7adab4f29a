package kontiki.kvstore.server;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;

/** Debian's etcd, alone, on loopback. */
final class RealEtcd implements AutoCloseable {
  private static final Path BINARY = Path.of("/usr/bin/etcd");

  private final Process process;
  private final ManagedChannel channel;

  private RealEtcd(Process process, ManagedChannel channel) {
    this.process = process;
    this.channel = channel;
  }

  static boolean isInstalled() {
    return Files.isExecutable(BINARY);
  }

  static RealEtcd start(Path directory) throws IOException, InterruptedException {
    List<Integer> ports = TestCluster.freePorts(2);
    String client = "http://127.0.0.1:" + ports.get(0);
    String peer = "http://127.0.0.1:" + ports.get(1);
    Process process =
        new ProcessBuilder(
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
                "default=" + peer)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", ports.get(0)).usePlaintext().build();
    RealEtcd etcd = new RealEtcd(process, channel);
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
      return false;
    }
  }

  /** Saves a snapshot with etcdctl. */
  Path snapshot(Path file) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "/usr/bin/etcdctl",
                "--endpoints",
                channel.authority(),
                "snapshot",
                "save",
                file.toString())
            .redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    Process save = builder.start();
    String said = new String(save.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (save.waitFor() != 0) {
      throw new AssertionError("no snapshot: " + said);
    }
    return file;
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
