package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A client that breaks its connection is an everyday matter: no warning, and where it is told at
 * all, one line without a stack trace.
 */
@Timeout(60)
class BrokenConnectionTest {
  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private static final Logger OURS = (Logger) LoggerFactory.getLogger("kontiki.pki.transport");
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  /** GET https://x/ in one frame of headers, on stream 1. */
  private static final byte[] GET = {
    0, 0, 6, 1, 5, 0, 0, 0, 1, (byte) 0x82, (byte) 0x84, (byte) 0x87, 0x41, 1, 'x'
  };

  @TempDir static Path folder;
  private static TestPki pki;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final CountDownLatch handling = new CountDownLatch(1);
  private final CountDownLatch answering = new CountDownLatch(1);
  private final CountDownLatch handled = new CountDownLatch(1);
  private TlsServer server;

  /** What the client has done when it breaks the connection. */
  enum After {
    CONNECTING,
    HALF_A_HANDSHAKE,
    HTTP1_HANDSHAKE,
    HTTP1_REQUEST,
    HTTP2_HANDSHAKE,
    HTTP2_PREFACE,
    HTTP2_REQUEST
  }

  /** How it breaks it. */
  enum By {
    RESET,
    /** Bytes that are no TLS record. */
    GARBAGE
  }

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
            .http(exchange -> {
              handling.countDown();
              answering.await();
              try {
                exchange.respond(200, Headers.empty(), new byte[1 << 20]);
              } finally {
                handled.countDown();
              }
            })
            .start();
    OURS.setLevel(Level.DEBUG);
    log.start();
    ROOT.addAppender(log);
  }

  @AfterEach
  void stop() {
    answering.countDown();
    server.close();
    ROOT.detachAppender(log);
    OURS.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource(After.class)
  void aResetIsNoNews(After when) throws Exception {
    breaks(when, By.RESET);
  }

  @ParameterizedTest
  @EnumSource(
      value = After.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CONNECTING", "HALF_A_HANDSHAKE"})
  void garbageIsNoNews(After when) throws Exception {
    breaks(when, By.GARBAGE);
  }

  @Test
  void aResetWhileTheServerWritesIsNoNews() throws Exception {
    try (Socket socket = connect()) {
      SSLSocket tls = handshake(socket, "http/1.1");
      send(tls, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      handling.await();
      answering.countDown();
      assertThat(tls.getInputStream().read()).isEqualTo('H');
      reset(socket);
    }
    handled.await();
    assertQuiet();
  }

  private void breaks(After when, By how) throws Exception {
    try (Socket socket = connect()) {
      switch (when) {
        case CONNECTING -> {}
        case HALF_A_HANDSHAKE -> send(socket, new byte[] {22, 3, 1, 2, 0, 1, 0, 1});
        case HTTP1_HANDSHAKE -> handshake(socket, "http/1.1");
        case HTTP1_REQUEST -> {
          send(
              handshake(socket, "http/1.1"),
              "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
          handling.await();
        }
        case HTTP2_HANDSHAKE -> handshake(socket, "h2");
        case HTTP2_PREFACE -> {
          // The server's own settings come: it has understood.
          assertThat(http2(socket).getInputStream().read()).isNotNegative();
        }
        case HTTP2_REQUEST -> {
          send(http2(socket), GET);
          handling.await();
        }
      }
      switch (how) {
        case RESET -> reset(socket);
        case GARBAGE -> {
          send(socket, "this is no TLS record at all\n".getBytes(US_ASCII));
          // Ends when the server has closed.
          var unused = socket.getInputStream().readAllBytes();
        }
      }
    }
    await(0);
    // A handler that is still at work answers into the void.
    answering.countDown();
    if (handling.getCount() == 0) {
      handled.await();
    }
    assertQuiet();
  }

  private static SSLSocket http2(Socket socket) throws IOException {
    SSLSocket tls = handshake(socket, "h2");
    send(tls, PREFACE.getBytes(US_ASCII));
    send(tls, SETTINGS);
    return tls;
  }

  private Socket connect() throws Exception {
    Socket socket = new Socket();
    socket.connect(server.addresses().getFirst());
    await(1);
    return socket;
  }

  private static SSLSocket handshake(Socket socket, String protocol) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            pki.admin()
                .sslContext()
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), false);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void await(int connections) throws InterruptedException {
    while (server.connections() != connections) {
      boolean unused = new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
    }
  }

  private void assertQuiet() throws InterruptedException {
    await(0);
    assertThat(log.list)
        .allSatisfy(event -> {
          assertThat(event.getLevel().isGreaterOrEqual(Level.WARN)).as("%s", event).isFalse();
          assertThat(event.getThrowableProxy()).as("%s", event).isNull();
        });
  }
}
