package kontiki.kvstore.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.pb.RangeRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call whose server is never ready, as far as the client hears. */
class GatewayCallTest {
  private final List<Object> sent = new ArrayList<>();

  @Test
  @Timeout(20)
  void aSingleMessageIsSentWithoutAskingForReadiness() throws Exception {
    Message request = RangeRequest.getDefaultInstance();
    assertThat(GatewayCall.start(new NeverReady(), method()).write(request)).isTrue();
    assertThat(sent).containsExactly(request);
  }

  private static MethodDescriptor<Message, Message> method() {
    var marshaller = ProtoUtils.<Message>marshaller(RangeRequest.getDefaultInstance());
    return MethodDescriptor.newBuilder(marshaller, marshaller)
        .setType(MethodType.SERVER_STREAMING)
        .setFullMethodName("test/Stream")
        .build();
  }

  private final class NeverReady extends Channel {
    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      return new ClientCall<>() {
        @Override
        public void start(Listener<R> listener, Metadata headers) {}

        @Override
        public boolean isReady() {
          return false;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {
          sent.add(message);
        }
      };
    }

    @Override
    public String authority() {
      return "test";
    }
  }
}
