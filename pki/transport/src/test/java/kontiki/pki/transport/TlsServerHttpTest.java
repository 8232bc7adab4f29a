package kontiki.pki.transport;

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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP over the one server, with the JDK's client as the peer. */
@Timeout(60)
class TlsServerHttpTest {
  private static final int DEADLINE_SECONDS = 20;

  @TempDir static Path folder;
  private static TestPki pki;
  private HttpHandler handler;
  private TlsServer server;

  @BeforeAll
  static void makePki() {
    pki = TestPki.create(folder.resolve("pki"));
  }

  @BeforeEach
  void start() throws IOException {
    server =
        TlsServer.builder()
            .listen(new InetSocketAddress("127.0.0.1", 0))
            .identity(pki.server())
            .clientAuth(TlsServer.ClientAuth.OPTIONAL)
            .http(exchange -> handler.handle(exchange))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpsClient client(boolean http2) {
    return http2 ? HttpsClient.create(pki.admin()) : HttpsClient.createHttp1(pki.admin());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("https://localhost:" + server.addresses().getFirst().getPort() + path));
  }

  private static String text(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersWithWhatTheRequestSaid(boolean http2) throws Exception {
    handler =
        x -> {
          String body = new String(x.body().readAllBytes(), UTF_8);
          String peer = x.peerCertificates().getFirst().getSubjectX500Principal().getName();
          String said =
              String.join(
                  "|",
                  x.method(),
                  x.path(),
                  x.query().toString(),
                  x.header("X-Test").get(),
                  body,
                  peer);
          x.respond(201, Headers.of("Content-Type", "text/test"), said.getBytes(UTF_8));
        };
    try (HttpsClient client = client(http2)) {
      for (int round = 0; round < 3; round++) {
        HttpResponse<InputStream> response =
            client.send(
                request("/a%2Fb/c?x=1&y=a+b&x=%32")
                    .header("X-Test", "yes")
                    .POST(HttpRequest.BodyPublishers.ofString("hello"))
                    .build());
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.version().name()).isEqualTo(http2 ? "HTTP_2" : "HTTP_1_1");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/test");
        assertThat(text(response))
            .isEqualTo(
                "POST|/a/b/c|{x=[1, 2], y=[a b]}|yes|hello|CN=kubernetes-admin,O=system:masters");
      }
    }
  }

  /** More than any buffer holds; on HTTP/1.1 the JDK's client reads only when it has sent all. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void streamsMuchBothWays(boolean http2) throws Exception {
    byte[] much = new byte[12 << 20];
    for (int i = 0; i < much.length; i++) {
      much[i] = (byte) (i * 31 >> 8);
    }
    handler =
        x -> {
          if (http2) {
            try (ResponseBody out = x.stream(200, Headers.empty())) {
              x.body().transferTo(out);
            }
          } else {
            byte[] all = x.body().readAllBytes();
            try (ResponseBody out = x.stream(200, Headers.empty())) {
              out.write(all);
            }
          }
        };
    try (HttpsClient client = client(http2)) {
      HttpResponse<InputStream> response =
          client.send(request("/echo").POST(HttpRequest.BodyPublishers.ofByteArray(much)).build());
      assertThat(response.body().readAllBytes()).isEqualTo(much);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendsEachFlushAtOnce(boolean http2) throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    handler =
        x -> {
          try (ResponseBody out = x.stream(200, Headers.empty())) {
            while (true) {
              String event = events.take();
              if (event.isEmpty()) {
                return;
              }
              out.write(event.getBytes(UTF_8));
              out.flush();
            }
          }
        };
    try (HttpsClient client = client(http2)) {
      HttpResponse<InputStream> response = client.send(request("/watch").build());
      for (String event : new String[] {"one", "two"}) {
        events.add(event);
        assertThat(new String(response.body().readNBytes(3), UTF_8)).isEqualTo(event);
      }
      events.add("");
      assertThat(response.body().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksTheWriterWhileTheReaderIsSlow(boolean http2) throws Exception {
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    int tooMuch = 64 << 20;
    handler =
        x -> {
          int count = 0;
          byte[] piece = new byte[64 << 10];
          x.onClose(() -> sent.complete(0));
          try (ResponseBody out = x.stream(200, Headers.empty())) {
            while (count < tooMuch) {
              out.write(piece);
              count += piece.length;
            }
            ended.complete(new IllegalStateException("wrote everything"));
          } catch (IOException e) {
            ended.complete(new IOException("after " + count, e));
          }
        };
    HttpsClient client = client(http2);
    HttpResponse<InputStream> response = client.send(request("/slow").build());
    assertThat(response.body().read()).isZero();
    // The client goes without having read: the writer must be told, and must not have run ahead.
    response.body().close();
    client.close();
    assertThat(ended.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(sent.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void turnsAnExceptionInto500(boolean http2) throws Exception {
    handler =
        x -> {
          throw new IllegalArgumentException("planned by the test");
        };
    try (HttpsClient client = client(http2)) {
      assertThat(client.send(request("/").build()).statusCode()).isEqualTo(500);
    }
  }

  /** As kubectl exec asks for SPDY: more bytes than any buffer holds go round. */
  @Test
  void becomesAPipeWhenUpgraded() throws Exception {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    handler =
        x -> {
          x.onClose(() -> over.complete(true));
          String protocol = x.header("upgrade").get();
          Duplex pipe = x.upgrade(Headers.of("Connection", "Upgrade", "Upgrade", protocol));
          byte[] piece = new byte[8192];
          int count;
          while ((count = pipe.in().read(piece)) >= 0) {
            pipe.out().write(piece, 0, count);
            pipe.out().flush();
          }
        };
    int port = server.addresses().getFirst().getPort();
    try (var socket = pki.admin().sslContext().getSocketFactory().createSocket("localhost", port)) {
      String request =
          "POST /exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
              + "Content-Length: 0\r\n\r\n";
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n";
      socket.setSoTimeout(DEADLINE_SECONDS * 1000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readNBytes(answer.length()), UTF_8))
          .isEqualTo(answer);
      byte[] much = new byte[4 << 20];
      new java.util.Random(1).nextBytes(much);
      Thread writing =
          Thread.startVirtualThread(() -> {
            try {
              socket.getOutputStream().write(much);
            } catch (IOException e) {
              over.completeExceptionally(e);
            }
          });
      assertThat(socket.getInputStream().readNBytes(much.length)).isEqualTo(much);
      assertThat(writing.join(java.time.Duration.ofSeconds(DEADLINE_SECONDS))).isTrue();
    }
    assertThat(over.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void letsTheAnonymousInWhereThatIsAllowedAndStrangersNever() throws Exception {
    handler = x -> x.respond(200, "" + x.peerCertificates().size());
    try (HttpsClient nobody = HttpsClient.create(pki.anonymous());
        HttpsClient stranger = HttpsClient.create(pki.stranger())) {
      assertThat(text(nobody.send(request("/").build()))).isEqualTo("0");
      assertThatThrownBy(() -> stranger.send(request("/").build())).isInstanceOf(IOException.class);
    }
  }
}
