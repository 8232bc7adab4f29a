package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** gRPC over the one server, with grpc-netty's client as the peer. */
@Timeout(60)
class TlsServerGrpcTest {
  private static final int DEADLINE_SECONDS = 20;
  private static final int MESSAGE_LIMIT = 4 << 20;

  @TempDir static Path folder;
  private static TestPki pki;
  private TlsServer server;
  private ManagedChannel channel;
  private final EchoService service = new EchoService();
  private final AtomicReference<GrpcPeer> peer = new AtomicReference<>();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();

  /** Notes what the call brought, and answers with a header of its own. */
  private final ServerInterceptor noting =
      new ServerInterceptor() {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata metadata, ServerCallHandler<A, B> next) {
          headers.set(metadata);
          peer.set(call.getAttributes().get(GrpcPeer.ATTRIBUTE));
          if (call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY) {
            call.setCompression("gzip");
          }
          return Contexts.interceptCall(io.grpc.Context.current(), call, metadata, next);
        }
      };

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
            .http(exchange -> exchange.respond(200, "http"))
            .grpc(List.of(service.definition()))
            .intercept(noting)
            .start();
    channel = GrpcChannels.open(List.of(endpoint()), pki.admin());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private URI endpoint() {
    return URI.create("https://localhost:" + server.addresses().getFirst().getPort());
  }

  private byte[] unary(Channel through, byte[] message, CallOptions options) {
    return ClientCalls.blockingUnaryCall(through, EchoService.UNARY, options, message);
  }

  @Test
  void answersUnaryCallsOfManySizes() {
    for (int size : new int[] {0, 1, 1000, 70_000, MESSAGE_LIMIT}) {
      byte[] message = new byte[size];
      java.util.Arrays.fill(message, (byte) 7);
      assertThat(unary(channel, message, CallOptions.DEFAULT)).isEqualTo(message);
    }
    assertThat(peer.get().certificates().getFirst().getSubjectX500Principal().getName())
        .isEqualTo("CN=kubernetes-admin,O=system:masters");
  }

  @Test
  void refusesAMessageBeyondTheLimit() {
    assertThatThrownBy(() -> unary(channel, new byte[MESSAGE_LIMIT + 1], CallOptions.DEFAULT))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    // The connection goes on.
    assertThat(unary(channel, new byte[1], CallOptions.DEFAULT)).hasSize(1);
  }

  @Test
  void understandsGzipBothWays() {
    byte[] message = new byte[100_000];
    assertThat(unary(channel, message, CallOptions.DEFAULT.withCompression("gzip")))
        .isEqualTo(message);
    Metadata.Key<String> encoding =
        Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
    AtomicReference<Metadata> answered = new AtomicReference<>();
    Channel capturing =
        ClientInterceptors.intercept(
            channel,
            MetadataUtils.newCaptureMetadataInterceptor(answered, new AtomicReference<>()));
    unary(capturing, message, CallOptions.DEFAULT);
    assertThat(answered.get().get(encoding)).isEqualTo("gzip");
  }

  @Test
  void carriesMetadataOfTextAndBytes() {
    Metadata sent = new Metadata();
    Metadata.Key<String> text = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    byte[] bytes = {0, -1, 44, 10, 127};
    sent.put(text, "a b,c");
    sent.put(EchoService.BINARY, bytes);
    sent.put(EchoService.BINARY, new byte[0]);
    Channel attaching =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(sent));
    unary(attaching, new byte[1], CallOptions.DEFAULT);
    assertThat(headers.get().get(text)).isEqualTo("a b,c");
    assertThat(headers.get().getAll(EchoService.BINARY)).containsExactly(bytes, new byte[0]);
  }

  @Test
  void carriesTheStatusWithItsTextAndTrailers() {
    byte[] detail = {1, 2, -3};
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    channel, EchoService.FAIL, CallOptions.DEFAULT, detail));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refused.getStatus().getDescription()).isEqualTo("grüße: 100% of it");
    assertThat(refused.getTrailers().get(EchoService.BINARY)).isEqualTo(detail);
  }

  @Test
  void saysUnimplementedOfAnUnknownMethod() {
    MethodDescriptor<byte[], byte[]> unknown =
        EchoService.UNARY.toBuilder().setFullMethodName("test.Echo/Unknown").build();
    assertThatThrownBy(() ->
            ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, new byte[70_000]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void endsACallAtItsDeadlineOnBothSides() throws InterruptedException {
    assertThatThrownBy(() ->
            ClientCalls.blockingUnaryCall(
                channel,
                EchoService.NEVER,
                CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS),
                new byte[0]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(event()).isEqualTo("started");
    assertThat(event()).isEqualTo("cancelled");
  }

  @Test
  void tellsTheServiceOfCancellation() throws InterruptedException {
    ClientCall<byte[], byte[]> call = channel.newCall(EchoService.NEVER, CallOptions.DEFAULT);
    ClientCalls.asyncUnaryCall(call, new byte[0], new Answers());
    assertThat(event()).isEqualTo("started");
    call.cancel("planned by the test", null);
    assertThat(event()).isEqualTo("cancelled");
  }

  @Test
  void tellsTheServiceThatTheConnectionIsGone() throws InterruptedException {
    ClientCalls.asyncUnaryCall(
        channel.newCall(EchoService.NEVER, CallOptions.DEFAULT), new byte[0], new Answers());
    assertThat(event()).isEqualTo("started");
    channel.shutdownNow();
    assertThat(event()).isEqualTo("cancelled");
  }

  private String event() throws InterruptedException {
    return service.events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void echoesAConversation() throws InterruptedException {
    Answers answers = new Answers();
    StreamObserver<byte[]> questions =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(EchoService.BIDI, CallOptions.DEFAULT), answers);
    for (int i = 0; i < 500; i++) {
      String question = "question " + i;
      questions.onNext(question.getBytes(UTF_8));
      assertThat(answers.next()).isEqualTo(question);
    }
    questions.onCompleted();
    assertThat(answers.next()).isEqualTo("completed");
  }

  @Test
  void keepsTheOrderOfMessagesThatComeAtOnce() throws InterruptedException {
    Answers answers = new Answers();
    StreamObserver<byte[]> questions =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(EchoService.BIDI, CallOptions.DEFAULT), answers);
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      questions.onNext(Integer.toString(i).getBytes(UTF_8));
    }
    questions.onCompleted();
    for (int i = 0; i < count; i++) {
      assertThat(answers.next()).isEqualTo(Integer.toString(i));
    }
    assertThat(answers.next()).isEqualTo("completed");
  }

  /** One hundred megabytes; a reader that pauses holds the sender back. */
  @Test
  void streamsAHundredMegabytesUnderFlowControl() {
    int kilobytes = 100 * 1024;
    Iterator<byte[]> answers =
        ClientCalls.blockingServerStreamingCall(
            channel,
            EchoService.COUNT,
            CallOptions.DEFAULT,
            Integer.toString(kilobytes).getBytes(UTF_8));
    answers.next();
    awaitSteady(service.sent);
    assertThat(service.sent.get()).isLessThan(16 * 1024);
    int count = 1;
    while (answers.hasNext()) {
      assertThat(answers.next()).hasSize(1024);
      count++;
    }
    assertThat(count).isEqualTo(kilobytes);
  }

  @Test
  void holdsBackASenderWhoseMessagesAreNotTaken() throws Exception {
    AtomicInteger offered = new AtomicInteger();
    int most = 64 * 1024;
    CompletableFuture<byte[]> sum = new CompletableFuture<>();
    ClientCalls.asyncClientStreamingCall(
        channel.newCall(EchoService.SLOW_SUM, CallOptions.DEFAULT),
        new ClientResponseObserver<byte[], byte[]>() {
          @Override
          public void beforeStart(ClientCallStreamObserver<byte[]> stream) {
            stream.setOnReadyHandler(() -> {
              while (stream.isReady() && offered.get() < most) {
                stream.onNext(new byte[1024]);
                if (offered.incrementAndGet() == most) {
                  stream.onCompleted();
                }
              }
            });
          }

          @Override
          public void onNext(byte[] value) {
            sum.complete(value);
          }

          @Override
          public void onError(Throwable cause) {
            sum.completeExceptionally(cause);
          }

          @Override
          public void onCompleted() {}
        });
    assertThat(event()).isEqualTo("started");
    awaitSteady(offered);
    assertThat(offered.get()).isLessThan(4 * 1024);
    service.slow.request(most + 1);
    assertThat(new String(sum.get(DEADLINE_SECONDS, TimeUnit.SECONDS), UTF_8))
        .isEqualTo(Integer.toString(most * 1024));
  }

  @Test
  void refusesClientsOfOtherAuthorities() {
    for (TlsIdentity identity : List.of(pki.anonymous(), pki.stranger())) {
      ManagedChannel outside = GrpcChannels.open(List.of(endpoint()), identity);
      try {
        assertThatThrownBy(() -> unary(outside, new byte[1], CallOptions.DEFAULT))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
      } finally {
        outside.shutdownNow();
      }
    }
  }

  @Test
  void servesManyCallsOfManyThreads() throws Exception {
    int threads = 16;
    List<CompletableFuture<Void>> all = new java.util.ArrayList<>();
    for (int t = 0; t < threads; t++) {
      byte[] message = new byte[100 + t];
      all.add(
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 200; i++) {
              assertThat(unary(channel, message, CallOptions.DEFAULT)).isEqualTo(message);
            }
          }));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits until the number has stood still for a while. */
  private static void awaitSteady(AtomicInteger number) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    long steadySince = System.nanoTime();
    int last = number.get();
    while (System.nanoTime() - steadySince < TimeUnit.MILLISECONDS.toNanos(400)) {
      int now = number.get();
      if (now != last) {
        last = now;
        steadySince = System.nanoTime();
      }
      assertThat(System.nanoTime()).as("never steady").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** What came back, as text. */
  private static final class Answers implements StreamObserver<byte[]> {
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return queue.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(byte[] value) {
      queue.add(new String(value, UTF_8));
    }

    @Override
    public void onError(Throwable cause) {
      queue.add(cause.toString());
    }

    @Override
    public void onCompleted() {
      queue.add("completed");
    }
  }
}
