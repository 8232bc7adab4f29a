package kontiki.node.host.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import kontiki.node.host.supervise.Probe.Finding;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.TlsIdentity;
import kontiki.pki.transport.TlsServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the answers of a server, and of their absence. */
class ProberTest {

  @TempDir private static Path folder;
  private static PkiDirectory pki;

  @BeforeAll
  static void makePki() {
    ClusterPlan plan =
        ClusterPlan.of(List.of(new ClusterPlan.Member("m1", List.of())), List.of(), List.of());
    pki = PkiDirectory.create(folder, plan, InstantSource.system());
  }

  private static TlsServer server(CertificateSet clients, int readyStatus, int liveStatus)
      throws IOException {
    return TlsServer.builder()
        .listen(new InetSocketAddress("127.0.0.1", 0))
        .identity(
            TlsIdentity.load(
                pki.certificate(CertificateSet.NODE, PkiDirectory.HEALTH),
                pki.key(CertificateSet.NODE, PkiDirectory.HEALTH),
                pki.authority(clients)))
        .http(exchange -> answer(exchange, readyStatus, liveStatus))
        .start();
  }

  private static void answer(HttpExchange exchange, int readyStatus, int liveStatus) {
    boolean ready = exchange.path().equals("/readyz");
    exchange.respond(ready ? readyStatus : liveStatus, "[+]ping ok\n[-]sync failed: pods\n");
  }

  private static Finding ask(int port) throws IOException {
    String server = "https://127.0.0.1:" + port;
    try (Prober prober = new Prober()) {
      return prober.ask(
          new Probe.Https(new Kubeconfigs(pki).healthProbe(server), "/readyz", "/livez"));
    }
  }

  private static Finding askServer(CertificateSet clients, int readyStatus, int liveStatus)
      throws IOException {
    try (TlsServer server = server(clients, readyStatus, liveStatus)) {
      return ask(server.addresses().getFirst().getPort());
    }
  }

  @Test
  void whatIsReadyIsWell() throws IOException {
    assertThat(askServer(CertificateSet.NODE, 200, 200)).isInstanceOf(Finding.Well.class);
  }

  @Test
  void whatWaitsForSomethingIsAliveAndSaysForWhat() throws IOException {
    assertThat(askServer(CertificateSet.NODE, 500, 200))
        .isEqualTo(new Finding.Unready("/readyz answers 500: sync failed: pods"));
  }

  @Test
  void whatSaysThatItIsStuckMustBeStartedAgain() throws IOException {
    assertThat(askServer(CertificateSet.NODE, 500, 500)).isInstanceOf(Finding.Silent.class);
  }

  /** Or else an expired certificate of the supervisor's own would end the whole cluster. */
  @Test
  void whoRefusesTheSupervisorsCertificateIsAlive() throws IOException {
    assertThat(askServer(CertificateSet.STORE_PEER, 200, 200)).isInstanceOf(Finding.Unready.class);
  }

  @Test
  void whatAcceptsAndNeverAnswersIsSilent() throws IOException {
    try (ServerSocket hung = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ask(hung.getLocalPort()))
          .isEqualTo(new Finding.Silent("/readyz: no answer within 3 s"));
    }
  }

  @Test
  void whereNobodyListensIsSilence() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThat(ask(port)).isInstanceOf(Finding.Silent.class);
  }
}
