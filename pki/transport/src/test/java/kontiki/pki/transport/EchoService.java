package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC service of plain bytes: one method of each kind. */
final class EchoService {
  static final MethodDescriptor<byte[], byte[]> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);

  /** Streams as many messages of one kilobyte as the request's text says, when it may. */
  static final MethodDescriptor<byte[], byte[]> COUNT =
      method("Count", MethodDescriptor.MethodType.SERVER_STREAMING);

  static final MethodDescriptor<byte[], byte[]> BIDI =
      method("Bidi", MethodDescriptor.MethodType.BIDI_STREAMING);

  /** Answers with the sum of the sizes of all messages. */
  static final MethodDescriptor<byte[], byte[]> SUM =
      method("Sum", MethodDescriptor.MethodType.CLIENT_STREAMING);

  /** Takes no message until the test requests one. */
  static final MethodDescriptor<byte[], byte[]> SLOW_SUM =
      method("SlowSum", MethodDescriptor.MethodType.CLIENT_STREAMING);

  /** Never answers. */
  static final MethodDescriptor<byte[], byte[]> NEVER =
      method("Never", MethodDescriptor.MethodType.UNARY);

  static final MethodDescriptor<byte[], byte[]> FAIL =
      method("Fail", MethodDescriptor.MethodType.UNARY);

  static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("detail-bin", Metadata.BINARY_BYTE_MARSHALLER);

  final AtomicInteger sent = new AtomicInteger();
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  volatile ServerCallStreamObserver<byte[]> slow;

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setFullMethodName("test.Echo/" + name)
        .setType(type)
        .build();
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(UNARY, ServerCalls.asyncUnaryCall(EchoService::echo))
        .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(this::count))
        .addMethod(BIDI, ServerCalls.asyncBidiStreamingCall(this::bidi))
        .addMethod(SUM, ServerCalls.asyncClientStreamingCall(EchoService::sum))
        .addMethod(SLOW_SUM, ServerCalls.asyncClientStreamingCall(this::slowSum))
        .addMethod(NEVER, ServerCalls.asyncUnaryCall(this::never))
        .addMethod(FAIL, ServerCalls.asyncUnaryCall(EchoService::fail))
        .build();
  }

  private static void echo(byte[] request, StreamObserver<byte[]> out) {
    out.onNext(request);
    out.onCompleted();
  }

  private void count(byte[] request, StreamObserver<byte[]> out) {
    int wanted = Integer.parseInt(new String(request, UTF_8));
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) out;
    Runnable go =
        () -> {
          while (call.isReady() && sent.get() < wanted) {
            call.onNext(new byte[1024]);
            if (sent.incrementAndGet() == wanted) {
              call.onCompleted();
            }
          }
        };
    call.setOnCancelHandler(() -> events.add("cancelled"));
    call.setOnReadyHandler(go);
    go.run();
  }

  private StreamObserver<byte[]> bidi(StreamObserver<byte[]> out) {
    ((ServerCallStreamObserver<byte[]>) out).setOnCancelHandler(() -> events.add("cancelled"));
    return new Collector(out) {
      @Override
      public void onNext(byte[] message) {
        out.onNext(message);
      }

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  private static StreamObserver<byte[]> sum(StreamObserver<byte[]> out) {
    return new Collector(out);
  }

  private StreamObserver<byte[]> slowSum(StreamObserver<byte[]> out) {
    slow = (ServerCallStreamObserver<byte[]>) out;
    slow.disableAutoRequest();
    events.add("started");
    return new Collector(out);
  }

  private void never(byte[] request, StreamObserver<byte[]> out) {
    ((ServerCallStreamObserver<byte[]>) out).setOnCancelHandler(() -> events.add("cancelled"));
    events.add("started");
  }

  private static void fail(byte[] request, StreamObserver<byte[]> out) {
    Metadata trailers = new Metadata();
    trailers.put(BINARY, request);
    out.onError(
        Status.FAILED_PRECONDITION
            .withDescription("grüße: 100% of it")
            .asRuntimeException(trailers));
  }

  /** Sums up sizes. */
  private static class Collector implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> out;
    private long size;

    Collector(StreamObserver<byte[]> out) {
      this.out = out;
    }

    @Override
    public void onNext(byte[] message) {
      size += message.length;
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {
      out.onNext(Long.toString(size).getBytes(UTF_8));
      out.onCompleted();
    }
  }
}
