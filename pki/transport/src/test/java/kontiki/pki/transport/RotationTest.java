package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and authorities change while connections are open. */
@Timeout(60)
class RotationTest {
  private static final int DEADLINE_SECONDS = 20;

  @TempDir Path folder;
  private TestPki old;
  private TestPki young;
  private Path chain;
  private Path key;
  private Path trust;
  private TlsIdentity identity;

  @BeforeEach
  void makeTwoClusters() throws IOException {
    old = TestPki.create(folder.resolve("old"));
    young = TestPki.create(folder.resolve("young"));
    chain = folder.resolve("server.crt");
    key = folder.resolve("server.key");
    trust = folder.resolve("ca.crt");
    install(old);
    identity = TlsIdentity.load(chain, key, trust);
  }

  private void install(TestPki pki) throws IOException {
    replace(pki.directory().key(CertificateSet.API_SERVER, "apiserver"), key);
    replace(pki.directory().certificate(CertificateSet.API_SERVER, "apiserver"), chain);
    replace(pki.directory().authority(CertificateSet.API_SERVER), trust);
  }

  private static void replace(Path source, Path target) throws IOException {
    Path beside = target.resolveSibling("new");
    Files.copy(source, beside, StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private TlsServer server(TlsIdentity own) throws IOException {
    return TlsServer.builder()
        .listen(new InetSocketAddress("127.0.0.1", 0))
        .identity(own)
        .http(x -> x.respond(200, "ok"))
        .grpc(List.of(new EchoService().definition()))
        .start();
  }

  private static URI uri(TlsServer server) {
    return URI.create("https://localhost:" + server.addresses().getFirst().getPort());
  }

  private static String call(ManagedChannel channel) {
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            channel, EchoService.UNARY, CallOptions.DEFAULT, "hello".getBytes(UTF_8));
    return new String(answer, UTF_8);
  }

  /**
   * The authority and the leaf change; a stream that is open goes on, new connections are strict.
   */
  @Test
  void changesTheAuthorityUnderAnOpenStream() throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    try (TlsServer server = server(identity)) {
      ManagedChannel before = GrpcChannels.open(List.of(uri(server)), old.admin());
      StreamObserver<byte[]> questions =
          ClientCalls.asyncBidiStreamingCall(
              before.newCall(EchoService.BIDI, CallOptions.DEFAULT), new Queueing(answers));
      questions.onNext("one".getBytes(UTF_8));
      assertThat(answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo("one");

      install(young);
      assertThat(identity.reload()).isTrue();

      ManagedChannel after = GrpcChannels.open(List.of(uri(server)), young.admin());
      ManagedChannel late = GrpcChannels.open(List.of(uri(server)), old.admin());
      assertThat(call(after)).isEqualTo("hello");
      assertThatThrownBy(() -> call(late)).isInstanceOf(StatusRuntimeException.class);
      questions.onNext("two".getBytes(UTF_8));
      assertThat(answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo("two");
      assertThat(call(before)).isEqualTo("hello");
      List.of(before, after, late).forEach(ManagedChannel::shutdownNow);
    }
  }

  /** Nobody calls reload: handshakes look by themselves. */
  @Test
  void noticesChangedFilesByItself() throws Exception {
    try (TlsServer server = server(identity)) {
      install(young);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (!reaches(server, young.admin())) {
        assertThat(System.nanoTime()).as("never reloaded").isLessThan(deadline);
      }
      assertThat(reaches(server, old.admin())).isFalse();
    }
  }

  private static boolean reaches(TlsServer server, TlsIdentity own) throws InterruptedException {
    try (HttpsClient client = HttpsClient.create(own);
        InputStream body = client.send(HttpRequest.newBuilder(uri(server)).build()).body()) {
      return body.read() == 'o';
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void clientsFollowTheirIdentityToo() throws Exception {
    Path clientChain = folder.resolve("admin.crt");
    Path clientKey = folder.resolve("admin.key");
    replace(old.directory().certificate(CertificateSet.API_SERVER, "admin"), clientChain);
    replace(old.directory().key(CertificateSet.API_SERVER, "admin"), clientKey);
    TlsIdentity own = TlsIdentity.load(clientChain, clientKey, trust);
    try (TlsServer first = server(old.server());
        TlsServer second = server(young.server());
        HttpsClient client = HttpsClient.create(own)) {
      HttpRequest toFirst = HttpRequest.newBuilder(uri(first)).build();
      HttpRequest toSecond = HttpRequest.newBuilder(uri(second)).build();
      assertThat(client.send(toFirst).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> client.send(toSecond)).isInstanceOf(IOException.class);
      replace(young.directory().certificate(CertificateSet.API_SERVER, "admin"), clientChain);
      replace(young.directory().key(CertificateSet.API_SERVER, "admin"), clientKey);
      replace(young.directory().authority(CertificateSet.API_SERVER), trust);
      assertThat(own.reload()).isTrue();
      assertThat(client.send(toSecond).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> client.send(toFirst)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void keepsTheLastGoodIdentityWhenFilesDoNotFitTogether() throws Exception {
    replace(young.directory().certificate(CertificateSet.API_SERVER, "apiserver"), chain);
    assertThat(identity.reload()).isFalse();
    Files.writeString(chain, "not PEM");
    assertThat(identity.reload()).isFalse();
    Files.delete(chain);
    assertThat(identity.reload()).isFalse();
    assertThat(identity.certificateChain()).isEqualTo(old.server().certificateChain());
    install(young);
    assertThat(identity.reload()).isTrue();
    assertThat(identity.certificateChain()).isEqualTo(young.server().certificateChain());
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws Exception {
    replace(young.directory().key(CertificateSet.API_SERVER, "apiserver"), key);
    assertThatThrownBy(() -> TlsIdentity.load(chain, key, trust))
        .isInstanceOf(PkiException.class)
        .hasMessage(key + ": the key does not belong to the certificate");
  }

  @Test
  void refusesExpiredCertificatesOnBothSides() throws Exception {
    InstantSource longAgo = InstantSource.fixed(Instant.now().minus(Duration.ofDays(400)));
    TestPki expired = TestPki.create(folder.resolve("expired"), longAgo);
    try (TlsServer server = server(expired.server())) {
      assertThat(reaches(server, expired.admin())).isFalse();
    }
    TestPki fresh = TestPki.create(folder.resolve("fresh"), longAgo);
    Path leaf = fresh.directory().certificate(CertificateSet.API_SERVER, "apiserver");
    Files.delete(leaf);
    TestPki renewed = TestPki.create(folder.resolve("fresh"));
    TlsIdentity oldAdmin =
        TlsIdentity.ofPem(
            Files.readString(expired.directory().certificate(CertificateSet.API_SERVER, "admin")),
            Files.readString(expired.directory().key(CertificateSet.API_SERVER, "admin")),
            Files.readString(renewed.directory().authority(CertificateSet.API_SERVER)));
    try (TlsServer server = server(renewed.server())) {
      assertThat(reaches(server, renewed.admin())).isTrue();
      assertThat(reaches(server, oldAdmin)).isFalse();
    }
  }

  @Test
  void saysWhichCertificateHasExpiredAndWhen() throws Exception {
    InstantSource longAgo = InstantSource.fixed(Instant.now().minus(Duration.ofDays(400)));
    Path root = folder.resolve("aged");
    TestPki aged = TestPki.create(root, longAgo);
    CertificateSet set = CertificateSet.API_SERVER;
    Path oldLeaf =
        Files.copy(aged.directory().certificate(set, "admin"), folder.resolve("old.crt"));
    Path oldKey = Files.copy(aged.directory().key(set, "admin"), folder.resolve("old.key"));
    TlsIdentity oldServer =
        TlsIdentity.ofPem(
            Files.readString(aged.directory().certificate(set, "apiserver")),
            Files.readString(aged.directory().key(set, "apiserver")),
            Files.readString(aged.directory().authority(set)));
    TestPki renewed = TestPki.create(root);
    TlsIdentity oldAdmin = TlsIdentity.load(oldLeaf, oldKey, renewed.directory().authority(set));
    String date = oldAdmin.certificateChain().getFirst().getNotAfter().toInstant().toString();
    try (TlsServer server = server(oldServer);
        HttpsClient client = HttpsClient.create(renewed.admin())) {
      assertThatThrownBy(() -> client.send(HttpRequest.newBuilder(uri(server)).build()))
          .hasMessageContaining("the certificate of CN=kube-apiserver expired on " + date);
    }
    try (TlsServer server = server(renewed.server());
        HttpsClient client = HttpsClient.create(oldAdmin)) {
      assertThatThrownBy(() -> client.send(HttpRequest.newBuilder(uri(server)).build()))
          .hasMessage(oldLeaf + ": expired on " + date);
    }
    assertThat(renewed.admin().expired()).isEmpty();
  }

  /** A client certificate must not serve as a server's: each leaf may do what it does, no more. */
  @Test
  void refusesAClientCertificateOfAServer() throws Exception {
    try (TlsServer server = server(old.admin())) {
      assertThat(reaches(server, old.admin())).isFalse();
    }
  }

  /** Puts answers into a queue. */
  private record Queueing(BlockingQueue<String> answers) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] value) {
      answers.add(new String(value, UTF_8));
    }

    @Override
    public void onError(Throwable cause) {
      answers.add(cause.toString());
    }

    @Override
    public void onCompleted() {
      answers.add("completed");
    }
  }
}
