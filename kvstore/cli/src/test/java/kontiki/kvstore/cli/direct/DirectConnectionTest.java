package kontiki.kvstore.cli.direct;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.TlsIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes with a server of the JDK: which are made, and which are refused. */
class DirectConnectionTest {
  private static final String[] X25519 = {"x25519"};
  private static final String[] P_256 = {"secp256r1"};

  @TempDir Path directory;

  private PkiDirectory issue(String name) {
    return PkiDirectory.create(
        directory.resolve(name),
        ClusterPlan.of(
            List.of(new ClusterPlan.Member("m1", List.of())),
            List.of(new ClusterPlan.NodePlan("far", List.of("192.0.2.7"))),
            List.of("127.0.0.1")),
        Clock.systemUTC());
  }

  /** Accepts until it is closed; a client that has come in is kept until it leaves. */
  private record Server(SSLServerSocket socket) implements AutoCloseable {
    static Server start(PkiDirectory pki, CertificateSet set, String name, String... groups)
        throws IOException {
      var identity =
          TlsIdentity.load(
              pki.certificate(set, name),
              pki.key(set, name),
              pki.authority(CertificateSet.STORE_CLIENT));
      var socket =
          (SSLServerSocket)
              identity
                  .sslContext()
                  .getServerSocketFactory()
                  .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
      var parameters = socket.getSSLParameters();
      parameters.setNeedClientAuth(true);
      parameters.setNamedGroups(groups);
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      var server = new Server(socket);
      Thread.ofVirtual().start(server::accept);
      return server;
    }

    private void accept() {
      while (!socket.isClosed()) {
        try (var client = (SSLSocket) socket.accept()) {
          client.getInputStream().readAllBytes();
        } catch (IOException refused) {
          continue; // the client says why
        }
      }
    }

    URI at(String host) {
      return URI.create("https://" + host + ":" + socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void open(URI endpoint, PkiDirectory mine, Path authority) throws IOException {
    var context =
        ClientTls.context(
            authority,
            mine.certificate(CertificateSet.STORE_CLIENT, "kv"),
            mine.key(CertificateSet.STORE_CLIENT, "kv"));
    DirectConnection.open(endpoint, context, Duration.ofSeconds(20)).close();
  }

  @Test
  void connectsByEachNameOfTheCertificate() throws Exception {
    var pki = issue("pki");
    var authority = pki.authority(CertificateSet.STORE_CLIENT);
    try (var server = Server.start(pki, CertificateSet.STORE_CLIENT, "m1", X25519)) {
      assertThatCode(() -> open(server.at("127.0.0.1"), pki, authority)).doesNotThrowAnyException();
      assertThatCode(() -> open(server.at("localhost"), pki, authority)).doesNotThrowAnyException();
    }
  }

  @Test
  void connectsToServerWithNistCurvesOnly() throws Exception {
    var pki = issue("pki");
    try (var server = Server.start(pki, CertificateSet.STORE_CLIENT, "m1", P_256)) {
      open(server.at("127.0.0.1"), pki, pki.authority(CertificateSet.STORE_CLIENT));
    }
  }

  @Test
  void refusesServerOfAnotherName() throws Exception {
    var pki = issue("pki");
    var set = CertificateSet.API_SERVER_NODE;
    try (var server = Server.start(pki, set, "far", X25519)) {
      assertThatThrownBy(() -> open(server.at("127.0.0.1"), pki, pki.authority(set)))
          .isInstanceOf(StatusRuntimeException.class)
          .hasRootCauseMessage("No subject alternative names matching IP address 127.0.0.1 found");
    }
  }

  @Test
  void refusesServerOfAnotherAuthority() throws Exception {
    var pki = issue("pki");
    var other = issue("other");
    try (var server = Server.start(pki, CertificateSet.STORE_CLIENT, "m1", X25519)) {
      assertThatThrownBy(
              () -> open(server.at("127.0.0.1"), pki, other.authority(CertificateSet.STORE_CLIENT)))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("cannot connect to 127.0.0.1")
          .rootCause()
          .hasMessageContaining("certification path");
    }
  }
}
