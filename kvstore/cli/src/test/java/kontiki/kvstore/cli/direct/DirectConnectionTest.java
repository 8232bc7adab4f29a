package kontiki.kvstore.cli.direct;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
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
            List.of(new ClusterPlan.Member("m1", List.of())), List.of(), List.of("127.0.0.1")),
        Clock.systemUTC());
  }

  /** Accepts until it is closed; a client that has come in is kept until it leaves. */
  private record Server(SSLServerSocket socket) implements AutoCloseable {
    static Server start(PkiDirectory pki, String... groups) throws IOException {
      var set = CertificateSet.STORE_CLIENT;
      var identity =
          TlsIdentity.load(pki.certificate(set, "m1"), pki.key(set, "m1"), pki.authority(set));
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

    int port() {
      return socket.getLocalPort();
    }

    URI at(String host) {
      return URI.create("https://" + host + ":" + port());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static SSLContext client(PkiDirectory mine, PkiDirectory trusted) throws IOException {
    return ClientTls.context(
        trusted.authority(CertificateSet.STORE_CLIENT),
        mine.certificate(CertificateSet.STORE_CLIENT, "kv"),
        mine.key(CertificateSet.STORE_CLIENT, "kv"));
  }

  private static void open(URI endpoint, SSLContext context) {
    DirectConnection.open(endpoint, context, Duration.ofSeconds(20)).close();
  }

  @Test
  void connectsByEachNameOfTheCertificate() throws Exception {
    var pki = issue("pki");
    var context = client(pki, pki);
    try (var server = Server.start(pki, X25519)) {
      assertThatCode(() -> open(server.at("127.0.0.1"), context)).doesNotThrowAnyException();
      assertThatCode(() -> open(server.at("localhost"), context)).doesNotThrowAnyException();
    }
  }

  @Test
  void connectsToServerWithNistCurvesOnly() throws Exception {
    var pki = issue("pki");
    try (var server = Server.start(pki, P_256)) {
      open(server.at("127.0.0.1"), client(pki, pki));
    }
  }

  @Test
  void refusesServerOfAnotherName() throws Exception {
    var pki = issue("pki");
    var context = client(pki, pki);
    try (var server = Server.start(pki, X25519);
        var plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var socket =
            (SSLSocket)
                context
                    .getSocketFactory()
                    .createSocket(plain, "store.example.com", server.port(), true)) {
      socket.setSSLParameters(ClientTls.parameters(context, ClientTls.QUICK_GROUPS));
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("No subject alternative DNS name matching store.example.com");
    }
  }

  @Test
  void refusesServerOfAnotherAuthority() throws Exception {
    var pki = issue("pki");
    var context = client(pki, issue("other"));
    try (var server = Server.start(pki, X25519)) {
      assertThatThrownBy(() -> open(server.at("127.0.0.1"), context))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("cannot connect to 127.0.0.1")
          .rootCause()
          .isInstanceOf(GeneralSecurityException.class);
    }
  }
}
