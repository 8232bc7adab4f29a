package kontiki.node.kubelet.probe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks {@code grpc.health.v1.Health/Check}; SERVING is good. Without TLS, as the API has it. */
final class GrpcHealth {
  private static final int SERVING = 1;

  private static final MethodDescriptor<String, Integer> CHECK =
      MethodDescriptor.<String, Integer>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new ServiceName())
          .setResponseMarshaller(new ServingStatus())
          .build();

  private GrpcHealth() {}

  static HandlerResult check(String host, int port, String service, Duration timeout) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(host, port).usePlaintext().userAgent("kube-probe").build();
    try {
      int status =
          ClientCalls.blockingUnaryCall(
              channel,
              CHECK,
              CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
              service);
      return status == SERVING
          ? HandlerResult.GOOD
          : HandlerResult.bad("service unhealthy (responded with status " + status + ")");
    } catch (StatusRuntimeException failure) {
      return HandlerResult.bad("rpc error: " + failure.getStatus());
    } finally {
      channel.shutdownNow();
    }
  }

  /** The request: field 1 is the service's name. */
  private static final class ServiceName implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String service) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      try {
        if (!service.isEmpty()) {
          out.writeString(1, service);
        }
        out.flush();
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      return new ByteArrayInputStream(bytes.toByteArray());
    }

    @Override
    public String parse(InputStream stream) {
      throw new UnsupportedOperationException("requests are only sent");
    }
  }

  /** The response: field 1 is the status. */
  private static final class ServingStatus implements MethodDescriptor.Marshaller<Integer> {
    @Override
    public InputStream stream(Integer status) {
      throw new UnsupportedOperationException("responses are only received");
    }

    @Override
    public Integer parse(InputStream stream) {
      CodedInputStream in = CodedInputStream.newInstance(stream);
      int status = 0;
      try {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          if (tag == 8) {
            status = in.readEnum();
          } else if (!in.skipField(tag)) {
            break;
          }
        }
        return status;
      } catch (IOException malformed) {
        throw new UncheckedIOException(malformed);
      }
    }
  }
}
