package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import kontiki.pki.ca.CertificateSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one server as curl, openssl and a bare socket see it. */
@Timeout(60)
class TlsServerToolsTest {
  @TempDir static Path folder;
  private static TestPki pki;
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
            .http(TlsServerToolsTest::answer)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void answer(HttpExchange x) throws IOException {
    switch (x.path()) {
      case "/early" -> x.respond(403, "no\n");
      case "/size" -> x.respond(200, x.body().readAllBytes().length + " " + x.protocol() + "\n");
      case "/stream" -> {
        try (ResponseBody out = x.stream(200, Headers.of("content-type", "text/plain"))) {
          for (int i = 0; i < 3; i++) {
            out.write("line\n".getBytes(UTF_8));
            out.flush();
          }
        }
      }
      default -> x.respond(200, x.method() + " " + x.protocol() + "\n");
    }
  }

  private int port() {
    return server.addresses().getFirst().getPort();
  }

  private Tool curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-sS",
                "--max-time",
                "20",
                "--cacert",
                pki.directory().authority(CertificateSet.API_SERVER).toString(),
                "--cert",
                pki.directory().certificate(CertificateSet.API_SERVER, "admin").toString(),
                "--key",
                pki.directory().key(CertificateSet.API_SERVER, "admin").toString()));
    command.addAll(Arrays.asList(arguments));
    return Tool.run("", command.toArray(String[]::new));
  }

  private String url(String path) {
    return "https://localhost:" + port() + path;
  }

  @ParameterizedTest
  @CsvSource({"--http1.1,HTTP/1.1", "--http2,HTTP/2.0", "--http1.0,HTTP/1.0"})
  void servesCurl(String option, String protocol) throws Exception {
    Tool twice = curl(option, url("/"), url("/"));
    assertThat(twice.output()).isEqualTo("GET " + protocol + "\n" + "GET " + protocol + "\n");
    assertThat(curl(option, url("/stream")).output()).isEqualTo("line\nline\nline\n");
    assertThat(curl(option, "-I", url("/")).output()).contains("200").doesNotContain("HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void takesABodyThatWaitsForContinue(String option) throws Exception {
    Path body = Files.write(folder.resolve("body"), new byte[3 << 20]);
    Tool sent =
        curl(
            option,
            "-H",
            "Expect: 100-continue",
            "--data-binary",
            "@" + body,
            url("/size"),
            "-w",
            "%{time_total}");
    assertThat(sent.output()).startsWith((3 << 20) + " HTTP/");
    // curl waits a second for the 100 that it was promised.
    double seconds = Double.parseDouble(sent.output().lines().toList().getLast());
    assertThat(seconds).isLessThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void answersBeforeTheBodyHasCome(String option) throws Exception {
    Path body = Files.write(folder.resolve("body"), new byte[30 << 20]);
    Tool sent = curl(option, "--data-binary", "@" + body, url("/early"), "-w", "%{http_code}");
    assertThat(sent.output()).contains("no\n403");
  }

  /**
   * Clients of the field know a wrong authority by this alert; {@code internal_error} says nothing.
   */
  @Test
  void aClientOfAnotherAuthorityHearsThatItIsUnknown() throws Exception {
    int port = server.addresses().getFirst().getPort();
    Tool refused =
        Tool.run(
            "",
            "curl",
            "-sS",
            "--cacert",
            pki.directory().authority(CertificateSet.API_SERVER).toString(),
            "--cert",
            pki.directory().certificate(CertificateSet.STORE_CLIENT, "kv").toString(),
            "--key",
            pki.directory().key(CertificateSet.STORE_CLIENT, "kv").toString(),
            "https://127.0.0.1:" + port + "/size");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.output()).contains("unknown ca");
  }

  @Test
  void tellsAPlainHttpClient() throws Exception {
    Tool plain = Tool.run("", "curl", "-sS", "--http0.9", "http://127.0.0.1:" + port() + "/");
    assertThat(plain.output()).isEqualTo("Client sent an HTTP request to an HTTPS server.\n");
  }

  @Test
  void speaksTlsWithTheHybridGroupOrElliptically() throws Exception {
    String[] client = {
      "openssl",
      "s_client",
      "-connect",
      "127.0.0.1:" + port(),
      "-servername",
      "localhost",
      "-verify_return_error",
      "-CAfile",
      pki.directory().authority(CertificateSet.API_SERVER).toString(),
      "-alpn",
      "h2"
    };
    Tool modern = Tool.run("Q\n", client);
    assertThat(modern.output()).contains("TLSv1.3", "Verify return code: 0 (ok)", "protocol: h2");
    List<String> older = new ArrayList<>(List.of(client));
    older.add("-tls1_2");
    assertThat(Tool.run("Q\n", older.toArray(String[]::new)).output()).contains("TLSv1.2, Cipher");
    older.set(older.size() - 1, "-tls1_1");
    assertThat(Tool.run("Q\n", older.toArray(String[]::new)).output()).contains("no peer cert");
  }

  @Test
  void aRefusedClientHearsWhyEvenIfItWentOnSending() throws Exception {
    TlsIdentity stranger =
        TlsIdentity.load(
            pki.directory().certificate(CertificateSet.STORE_CLIENT, "kv"),
            pki.directory().key(CertificateSet.STORE_CLIENT, "kv"),
            pki.directory().authority(CertificateSet.API_SERVER));
    try (Socket socket =
        stranger.sslContext().getSocketFactory().createSocket("127.0.0.1", port())) {
      socket.setSoTimeout(20_000);
      // Enough to come after the refusal: what the server has not read then would reset it.
      for (int i = 0; i < 200; i++) {
        socket.getOutputStream().write(new byte[512]);
      }
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("unknown_ca");
    }
  }

  @Test
  void closesAConnectionThatDoesNotBeginItsHandshake() throws Exception {
    try (TlsServer impatient =
            TlsServer.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .identity(pki.server())
                .limits(TransportLimits.DEFAULT.withHandshake(Duration.ofMillis(300)))
                .http(TlsServerToolsTest::answer)
                .start();
        Socket silent = new Socket("127.0.0.1", impatient.addresses().getFirst().getPort())) {
      silent.setSoTimeout(20_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void closesGarbage() throws Exception {
    try (Socket odd = new Socket("127.0.0.1", port())) {
      odd.setSoTimeout(20_000);
      odd.getOutputStream().write("SSH-2.0-nobody\r\n".getBytes(UTF_8));
      try (InputStream in = odd.getInputStream()) {
        assertThat(in.readAllBytes().length).isLessThan(64);
      }
    }
  }

  @Test
  void saysWhichPortIsTaken() {
    assertThatThrownBy(() ->
            TlsServer.builder()
                .listen(server.addresses().getFirst())
                .identity(pki.server())
                .http(TlsServerToolsTest::answer)
                .start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + port())
        .hasMessageContaining("in use");
  }
}
