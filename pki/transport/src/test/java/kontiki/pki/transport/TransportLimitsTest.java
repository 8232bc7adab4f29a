package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener refuses, and that the others do not notice. */
@Timeout(60)
class TransportLimitsTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int DEADLINE_MILLIS = 20_000;

  @TempDir static Path folder;
  private static TestPki pki;

  @BeforeAll
  static void makePki() {
    pki = TestPki.create(folder);
  }

  private static TlsServer server(TransportLimits limits, HttpHandler handler) throws IOException {
    return TlsServer.builder()
        .listen(new InetSocketAddress("127.0.0.1", 0))
        .identity(pki.server())
        .limits(limits)
        .http(handler)
        .start();
  }

  private static SSLSocket connect(TlsServer server, String protocol) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            pki.admin()
                .sslContext()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.addresses().getFirst().getPort());
    socket.setSoTimeout(DEADLINE_MILLIS);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String exchange(TlsServer server, String sent) throws IOException {
    try (SSLSocket socket = connect(server, "http/1.1")) {
      socket.getOutputStream().write(sent.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static HttpResponse<InputStream> get(TlsServer server, HttpsClient client)
      throws IOException, InterruptedException {
    URI uri = URI.create("https://localhost:" + server.addresses().getFirst().getPort() + "/");
    return client.send(HttpRequest.newBuilder(uri).build());
  }

  @Test
  void pinsTheDefaults() {
    assertThat(TransportLimits.DEFAULT)
        .isEqualTo(
            new TransportLimits(
                10_000,
                1_000,
                1 << 20,
                1 << 20,
                8 << 20,
                4 << 20,
                20_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(2)));
    assertThatThrownBy(() -> TransportLimits.DEFAULT.withConnections(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesOneConnectionTooMany() throws Exception {
    try (TlsServer server =
            server(TransportLimits.DEFAULT.withConnections(1), x -> x.respond(200, "ok"));
        HttpsClient first = HttpsClient.create(pki.admin());
        HttpsClient second = HttpsClient.create(pki.admin())) {
      assertThat(get(server, first).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> get(server, second)).isInstanceOf(IOException.class);
      assertThat(get(server, first).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2"})
  void closesAnIdleConnection(String protocol) throws Exception {
    try (TlsServer server =
            server(TransportLimits.DEFAULT.withIdle(SHORT), x -> x.respond(200, "ok"));
        SSLSocket idle = connect(server, protocol)) {
      if (protocol.equals("h2")) {
        idle.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        idle.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
        idle.getOutputStream().flush();
      }
      // Whatever greeting there is, an end comes after it.
      assertThat(idle.getInputStream().readAllBytes().length).isLessThan(200);
    }
  }

  /** A peer that is there but never answers a ping: its machine has lost power. */
  @Test
  void closesASilentHttp2Connection() throws Exception {
    TransportLimits limits = TransportLimits.DEFAULT.withPing(SHORT, SHORT);
    try (TlsServer server = server(limits, x -> x.respond(200, "ok"));
        SSLSocket silent = connect(server, "h2")) {
      silent.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      silent.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      silent.getOutputStream().flush();
      assertThat(new String(silent.getInputStream().readAllBytes(), UTF_8)).contains("kontiki");
    }
  }

  @Test
  void closesAClientThatDribblesItsHeader() throws Exception {
    TransportLimits limits = TransportLimits.DEFAULT.withHeader(1 << 20, SHORT);
    try (TlsServer server = server(limits, x -> x.respond(200, "ok"));
        HttpsClient client = HttpsClient.createHttp1(pki.admin())) {
      assertThat(exchange(server, "GET / HTTP/1.1\r\nHost: ")).isEmpty();
      // A connection that has served is not cut off by the alarm of its first request.
      for (int i = 0; i < 3; i++) {
        assertThat(get(server, client).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusesWhatItCannotUnderstand() throws Exception {
    TransportLimits limits = TransportLimits.DEFAULT.withHeader(4096, Duration.ofSeconds(20));
    try (TlsServer server = server(limits, x -> x.respond(200, "ok"))) {
      String many = "X-Many: " + "y".repeat(5000);
      assertThat(exchange(server, "GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431");
      assertThat(exchange(server, "GET /" + "z".repeat(5000) + " HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 414");
      assertThat(exchange(server, "GET / HTTP/1.1\r\nno colon\r\n\r\n")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    try (TlsServer server = server(TransportLimits.DEFAULT, x -> x.respond(200, x.path()))) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      requests.append("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      String answers = exchange(server, requests.toString());
      assertThat(answers).startsWith("HTTP/1.1 200");
      int at = 0;
      for (int i = 0; i < 100; i++) {
        at = answers.indexOf("\r\n\r\n/" + i, at);
        assertThat(at).as("answer " + i + " in " + answers).isPositive();
      }
      assertThat(answers).endsWith("/last");
    }
  }

  /** Closing waits for the request under way, and only for as long as it said. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void drainsBeforeItCloses(boolean http2) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    TlsServer server =
        server(
            TransportLimits.DEFAULT.withDrain(Duration.ofSeconds(20)),
            x -> {
              begun.countDown();
              assertThat(go.await(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
              x.respond(200, "done");
            });
    try (HttpsClient client =
        http2 ? HttpsClient.create(pki.admin()) : HttpsClient.createHttp1(pki.admin())) {
      URI uri = URI.create("https://localhost:" + server.addresses().getFirst().getPort() + "/");
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(begun.await(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
      Thread closing = Thread.startVirtualThread(server::close);
      go.countDown();
      assertThat(answer.get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS).body()).isEqualTo("done");
      assertThat(closing.join(Duration.ofSeconds(15))).isTrue();
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
      while (server.connections() > 0) {
        assertThat(System.nanoTime()).as("a connection is left").isLessThan(deadline);
      }
    }
  }

  @Test
  void closesAfterTheDrainWhatDoesNotEnd() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    TlsServer server =
        server(
            TransportLimits.DEFAULT.withDrain(SHORT),
            x -> {
              CountDownLatch gone = new CountDownLatch(1);
              x.onClose(gone::countDown);
              ResponseBody out = x.stream(200, Headers.empty());
              out.flush();
              assertThat(gone.await(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
              ended.countDown();
            });
    try (HttpsClient client = HttpsClient.create(pki.admin())) {
      assertThat(get(server, client).statusCode()).isEqualTo(200);
      server.close();
      assertThat(ended.await(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }
  }
}
