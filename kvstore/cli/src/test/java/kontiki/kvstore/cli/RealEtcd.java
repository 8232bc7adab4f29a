package kontiki.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;

/** The distribution's etcd with one member, on loopback, over mutual TLS. */
public final class RealEtcd implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Path directory;
  private final Process process;
  private final int port;

  private RealEtcd(Path directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.port = port;
  }

  public static boolean isInstalled() {
    return isExecutable("etcd") && isExecutable("etcdctl");
  }

  private static boolean isExecutable(String name) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  public static RealEtcd start(Path directory) throws IOException {
    var plan =
        ClusterPlan.of(List.of(new ClusterPlan.Member("m1", List.of())), List.of(), List.of());
    PkiDirectory.create(directory.resolve("pki"), plan, InstantSource.system());
    int port = freePort();
    int peerPort = freePort();
    Path peer = directory.resolve("pki/store-peer");
    Path client = directory.resolve("pki/store-client");
    var process =
        new ProcessBuilder(
                "etcd",
                "--name=m1",
                "--data-dir=" + directory.resolve("data"),
                "--unsafe-no-fsync",
                "--listen-client-urls=https://127.0.0.1:" + port,
                "--advertise-client-urls=https://127.0.0.1:" + port,
                "--listen-peer-urls=https://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls=https://127.0.0.1:" + peerPort,
                "--initial-cluster=m1=https://127.0.0.1:" + peerPort,
                "--client-cert-auth",
                "--trusted-ca-file=" + client.resolve("ca.crt"),
                "--cert-file=" + client.resolve("m1.crt"),
                "--key-file=" + client.resolve("m1.key"),
                "--peer-client-cert-auth",
                "--peer-trusted-ca-file=" + peer.resolve("ca.crt"),
                "--peer-cert-file=" + peer.resolve("m1.crt"),
                "--peer-key-file=" + peer.resolve("m1.key"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    var etcd = new RealEtcd(directory, process, port);
    etcd.awaitReady();
    return etcd;
  }

  /** Below the ports that Linux gives to outgoing connections, which could take it meanwhile. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(12_000, 30_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException taken) {
        continue;
      }
    }
  }

  private void awaitReady() throws IOException {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (etcdctl("", List.of("get", "ready")).code() != 0) {
      assertThat(System.nanoTime()).as(() -> "etcd starts: " + log()).isLessThan(end);
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("etcd.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  /** The flags that connect either tool to this server. */
  public List<String> flags() {
    Path client = directory.resolve("pki/store-client");
    return List.of(
        "--endpoints=" + endpoint(),
        "--cacert=" + client.resolve("ca.crt"),
        "--cert=" + client.resolve("kv.crt"),
        "--key=" + client.resolve("kv.key"));
  }

  public Path directory() {
    return directory;
  }

  /** What a tool printed, byte for byte (ISO 8859-1), and its exit code. */
  public record Result(String out, String err, int code) {}

  public Result etcdctl(String input, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add("etcdctl");
    command.addAll(arguments);
    command.addAll(flags());
    var builder = new ProcessBuilder(command);
    builder.environment().put("ETCDCTL_API", "3");
    var tool = builder.start();
    var out = CompletableFuture.supplyAsync(() -> readAll(tool.getInputStream()));
    var err = CompletableFuture.supplyAsync(() -> readAll(tool.getErrorStream()));
    try (var stdin = tool.getOutputStream()) {
      new ByteArrayInputStream(input.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
          .transferTo(stdin);
    }
    try {
      assertThat(tool.waitFor(20, TimeUnit.SECONDS)).as("etcdctl ends").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return new Result(out.join(), err.join(), tool.exitValue());
  }

  private static String readAll(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
