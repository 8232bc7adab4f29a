package kontiki.kvstore.cli;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls over gRPC's own client: any number of endpoints, any kind of call. */
final class ChannelStore implements Store {
  private final ManagedChannel channel;
  private final Duration timeout;

  /** The store owns the channel. */
  ChannelStore(ManagedChannel channel, Duration timeout) {
    this.channel = channel;
    this.timeout = timeout;
  }

  @Override
  public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    return ClientCalls.blockingUnaryCall(channel, method, options, request);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
