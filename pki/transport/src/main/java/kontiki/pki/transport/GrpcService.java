package kontiki.pki.transport;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Attributes;
import io.grpc.InternalChannelz;
import io.grpc.InternalInstrumented;
import io.grpc.InternalLogId;
import io.grpc.MetricRecorder;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.internal.InternalServer;
import io.grpc.internal.ServerImplBuilder;
import io.grpc.internal.ServerListener;
import io.grpc.internal.ServerTransport;
import io.grpc.internal.ServerTransportListener;
import io.grpc.internal.TransportTracer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's own server core behind our listener: methods, interceptors, deadlines, compression,
 * contexts and the order of a call's events are grpc-java's; only the bytes are ours. A connection
 * joins when its first gRPC stream comes.
 *
 * <p>Thread-safe; a {@link Transport} belongs to its event loop.
 */
final class GrpcService implements InternalServer {
  private final Server server;
  private final TransportTracer.Factory tracers = TransportTracer.getDefaultFactory();
  private List<? extends ServerStreamTracer.Factory> streamTracers = List.of();
  private volatile @Nullable ServerListener listener;

  GrpcService(
      List<ServerServiceDefinition> services,
      List<ServerInterceptor> interceptors,
      Executor executor) {
    ServerImplBuilder builder = new ServerImplBuilder(this::connect).executor(executor);
    builder.setStatsEnabled(false);
    builder.setTracingEnabled(false);
    services.forEach(builder::addService);
    interceptors.forEach(builder::intercept);
    builder.intercept(new PeerInterceptor());
    this.server = builder.build();
  }

  void start() throws IOException {
    var started = server.start();
    assert started == server;
  }

  /** Calls under way go on; new ones are refused. */
  void stop() {
    var stopping = server.shutdown();
    assert stopping.isShutdown();
  }

  private InternalServer connect(
      List<? extends ServerStreamTracer.Factory> factories, MetricRecorder metrics) {
    streamTracers = factories;
    return this;
  }

  List<? extends ServerStreamTracer.Factory> streamTracers() {
    return streamTracers;
  }

  Transport join(Channel channel, Attributes attributes) {
    Transport transport = new Transport(channel, tracers.create());
    ServerTransportListener made =
        Objects.requireNonNull(listener, "not started").transportCreated(transport);
    transport.ready(made, attributes);
    return transport;
  }

  @Override
  public void start(ServerListener serverListener) {
    listener = serverListener;
  }

  @Override
  public void shutdown() {
    ServerListener told = listener;
    if (told != null) {
      told.serverShutdown();
    }
  }

  @Override
  public SocketAddress getListenSocketAddress() {
    return new SocketAddress() {};
  }

  @Override
  public @Nullable InternalInstrumented<InternalChannelz.SocketStats> getListenSocketStats() {
    return null;
  }

  @Override
  public List<? extends SocketAddress> getListenSocketAddresses() {
    return List.of();
  }

  @Override
  public @Nullable List<InternalInstrumented<InternalChannelz.SocketStats>>
      getListenSocketStatsList() {
    return null;
  }

  /** One connection, as gRPC's core sees it. */
  static final class Transport implements ServerTransport {
    private final InternalLogId id = InternalLogId.allocate(Transport.class, null);
    private final Channel channel;
    private final TransportTracer tracer;
    private @Nullable ServerTransportListener listener;
    private Attributes attributes = Attributes.EMPTY;

    Transport(Channel channel, TransportTracer tracer) {
      this.channel = channel;
      this.tracer = tracer;
    }

    private void ready(ServerTransportListener made, Attributes offered) {
      listener = made;
      attributes = made.transportReady(offered);
      var unused = channel.closeFuture().addListener(closed -> made.transportTerminated());
    }

    ServerTransportListener listener() {
      return Objects.requireNonNull(listener);
    }

    Attributes attributes() {
      return attributes;
    }

    TransportTracer tracer() {
      return tracer;
    }

    @Override
    public void shutdown() {
      // The listener that owns the connection says GOAWAY when it closes.
    }

    @Override
    public void shutdownNow(Status reason) {
      var unused = channel.close();
    }

    @Override
    public ScheduledExecutorService getScheduledExecutorService() {
      EventLoop loop = channel.eventLoop();
      return loop;
    }

    @Override
    public ListenableFuture<InternalChannelz.SocketStats> getStats() {
      return Futures.immediateFuture(
          new InternalChannelz.SocketStats(
              tracer.getStats(),
              channel.localAddress(),
              channel.remoteAddress(),
              new InternalChannelz.SocketOptions.Builder().build(),
              null));
    }

    @Override
    public InternalLogId getLogId() {
      return id;
    }
  }
}
