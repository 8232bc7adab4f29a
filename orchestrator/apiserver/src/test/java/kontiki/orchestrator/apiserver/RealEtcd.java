package kontiki.orchestrator.apiserver;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kontiki.orchestrator.apiserver.storage.EtcdStorage;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;

/** A real etcd on loopback with certificates of a test's own. */
public final class RealEtcd implements AutoCloseable {
  private final Process process;
  private final URI endpoint;

  private RealEtcd(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Where etcd is installed, if it is. */
  public static Optional<Path> installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "etcd"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public static RealEtcd start(Path etcd, Path data, PkiDirectory pki) throws IOException {
    int port = freePort();
    String client = "https://127.0.0.1:" + port;
    String peer = "http://127.0.0.1:" + freePort();
    Process process =
        new ProcessBuilder(
                etcd.toString(),
                "--name=m1",
                "--data-dir=" + data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=m1=" + peer,
                "--client-cert-auth",
                "--trusted-ca-file=" + pki.authority(CertificateSet.STORE_CLIENT),
                "--cert-file=" + pki.certificate(CertificateSet.STORE_CLIENT, "m1"),
                "--key-file=" + pki.key(CertificateSet.STORE_CLIENT, "m1"))
            .redirectErrorStream(true)
            .redirectOutput(data.resolveSibling("etcd.log").toFile())
            .start();
    return new RealEtcd(process, URI.create(client));
  }

  /** Certificates of a test's own for a store, an API server and the node kn1. */
  public static PkiDirectory makePki(Path folder) {
    ClusterPlan plan =
        ClusterPlan.of(
            List.of(new ClusterPlan.Member("m1", List.of("127.0.0.1", "localhost"))),
            List.of(new ClusterPlan.NodePlan("kn1", List.of("127.0.0.1"))),
            List.of("127.0.0.1"));
    return PkiDirectory.create(folder.resolve("pki"), plan, InstantSource.system());
  }

  /** A storage on it, under the certificate of the API server. */
  public EtcdStorage connect(PkiDirectory pki) {
    TlsIdentity identity =
        TlsIdentity.load(
            pki.certificate(CertificateSet.STORE_CLIENT, "apiserver"),
            pki.key(CertificateSet.STORE_CLIENT, "apiserver"),
            pki.authority(CertificateSet.STORE_CLIENT));
    return new EtcdStorage(GrpcChannels.open(endpoints(), identity));
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

  public List<URI> endpoints() {
    return List.of(endpoint);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
