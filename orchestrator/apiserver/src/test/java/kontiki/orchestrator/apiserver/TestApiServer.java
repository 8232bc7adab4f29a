package kontiki.orchestrator.apiserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.apiserver.ApiServerConfiguration.AuthorizationMode;
import kontiki.orchestrator.apiserver.registry.AddressRange;
import kontiki.orchestrator.apiserver.registry.ServiceAllocations.PortRange;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;

/** An API server on loopback, on any storage, with certificates of its own. */
final class TestApiServer implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final ApiServer server;
  private final PkiDirectory pki;
  private final Path folder;

  private TestApiServer(ApiServer server, PkiDirectory pki, Path folder) {
    this.server = server;
    this.pki = pki;
    this.folder = folder;
  }

  static TestApiServer start(Path folder, PkiDirectory pki, Storage storage) throws IOException {
    return start(folder, pki, storage, List.of(AuthorizationMode.NODE, AuthorizationMode.RBAC));
  }

  static TestApiServer start(
      Path folder, PkiDirectory pki, Storage storage, List<AuthorizationMode> authorization)
      throws IOException {
    ApiServerConfiguration configuration =
        new ApiServerConfiguration(
            store(pki, List.of()),
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            "127.0.0.1",
            pki.certificate(CertificateSet.API_SERVER, "apiserver"),
            pki.key(CertificateSet.API_SERVER, "apiserver"),
            List.of(pki.authority(CertificateSet.API_SERVER)),
            List.of(pki.authority(CertificateSet.API_SERVER_NODE)),
            new ApiServerConfiguration.Accounts(
                "https://kubernetes.default.svc.cluster.local",
                List.of(pki.serviceAccountPublicKey()),
                pki.serviceAccountKey()),
            AddressRange.parse("10.96.0.0/16"),
            PortRange.DEFAULT,
            null,
            authorization);
    TestApiServer started = new TestApiServer(ApiServer.start(configuration, storage), pki, folder);
    started.awaitReady();
    return started;
  }

  static ApiServerConfiguration.Store store(PkiDirectory pki, List<java.net.URI> endpoints) {
    return new ApiServerConfiguration.Store(
        endpoints,
        pki.authority(CertificateSet.STORE_CLIENT),
        pki.certificate(CertificateSet.STORE_CLIENT, "apiserver"),
        pki.key(CertificateSet.STORE_CLIENT, "apiserver"));
  }

  private void awaitReady() {
    boolean ready;
    try {
      ready = server.awaitReady(READY_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ready = false;
    }
    if (!ready) {
      Map<String, String> problems = server.problems();
      close();
      throw new AssertionError("the API server did not become ready: " + problems);
    }
  }

  ApiServer server() {
    return server;
  }

  PkiDirectory pki() {
    return pki;
  }

  String url() {
    return "https://127.0.0.1:" + server.addresses().getFirst().getPort();
  }

  /** A kubeconfig of the bearer of a certificate. */
  Path kubeconfig(CertificateSet set, String name) throws IOException {
    Path file = folder.resolve(name + ".kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters:
        - name: test
          cluster:
            server: %s
            certificate-authority: %s
        users:
        - name: test
          user:
            client-certificate: %s
            client-key: %s
        contexts:
        - name: test
          context:
            cluster: test
            user: test
        """
            .formatted(
                url(),
                pki.authority(CertificateSet.API_SERVER),
                pki.certificate(set, name),
                pki.key(set, name)));
    return file;
  }

  @Override
  public void close() {
    server.close();
  }
}
