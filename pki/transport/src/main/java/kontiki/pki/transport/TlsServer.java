package kontiki.pki.transport;

import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one server: HTTP/1.1, HTTP/2 and gRPC on each of its ports, under TLS only. Certificates and
 * authorities follow their files while connections go on.
 *
 * <p>Thread-safe. HTTP handlers run on a virtual thread a request; gRPC methods on virtual threads,
 * or on the executor that was given, one event of a call at a time and in order.
 */
public final class TlsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);
  private static final int BACKLOG = 1024;

  /** How long TLS tries to send its goodbye to a peer that does not read. */
  private static final long LAST_BYTES_MILLIS = 5_000;

  /** What the server asks of its clients. */
  public enum ClientAuth {
    /** A client without a certificate from a trusted authority is refused in the handshake. */
    REQUIRED,
    /** A client may come without a certificate; one it shows must be from a trusted authority. */
    OPTIONAL
  }

  private final List<Channel> listeners;
  private final ServerPipeline pipeline;
  private final @Nullable GrpcService grpc;
  private final TransportLimits limits;

  private TlsServer(
      List<Channel> listeners,
      ServerPipeline pipeline,
      @Nullable GrpcService grpc,
      TransportLimits limits) {
    this.listeners = listeners;
    this.pipeline = pipeline;
    this.grpc = grpc;
    this.limits = limits;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The addresses that are listened on, in the order in which they were given; real ports. */
  public List<InetSocketAddress> addresses() {
    return listeners.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /** Connections that are open now. */
  public int connections() {
    return pipeline.channels().size();
  }

  /**
   * Stops listening, tells clients to go (GOAWAY), waits {@link TransportLimits#drain} for requests
   * under way, and closes what is left.
   */
  @Override
  public void close() {
    listeners.forEach(listener -> listener.close().syncUninterruptibly());
    if (grpc != null) {
      grpc.stop();
    }
    List<Channel> open = List.copyOf(pipeline.channels());
    for (Channel channel : open) {
      channel.eventLoop().execute(() -> leave(channel));
    }
    long deadline = System.nanoTime() + limits.drain().toNanos();
    for (Channel channel : open) {
      boolean closed =
          channel
              .closeFuture()
              .awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!closed) {
        channel.eventLoop().execute(() -> end(channel));
      }
    }
    for (Channel channel : open) {
      if (!channel.closeFuture().awaitUninterruptibly(LAST_BYTES_MILLIS)) {
        LOG.warn("a connection does not close: remote={}", channel.remoteAddress());
      }
    }
  }

  /** On the event loop: the time for requests under way is over. */
  private static void end(Channel channel) {
    Http2Connection http2 = channel.pipeline().get(Http2Connection.class);
    if (http2 == null) {
      var unused = channel.close();
    } else {
      http2.closeNow(http2.context());
    }
  }

  /** On the event loop: no further request, and the end after those under way. */
  private static void leave(Channel channel) {
    Http1Connection http1 = channel.pipeline().get(Http1Connection.class);
    if (http1 == null) {
      // HTTP/2 says GOAWAY and waits for its streams by itself.
      var unused = channel.close();
    } else {
      http1.closeAfterCurrent();
    }
  }

  /** Settings of a server; one thread. */
  public static final class Builder {
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<ServerServiceDefinition> services = new ArrayList<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private @Nullable TlsIdentity identity;
    private ClientAuth clientAuth = ClientAuth.REQUIRED;
    private @Nullable HttpHandler http;
    private @Nullable Executor grpcExecutor;
    private TransportLimits limits = TransportLimits.DEFAULT;

    private Builder() {}

    /** Port 0 takes a free one: see {@link TlsServer#addresses}. */
    public Builder listen(InetSocketAddress... more) {
      addresses.addAll(List.of(more));
      return this;
    }

    public Builder identity(TlsIdentity own) {
      identity = own;
      return this;
    }

    /** The default is {@link ClientAuth#REQUIRED}. */
    public Builder clientAuth(ClientAuth wanted) {
      clientAuth = wanted;
      return this;
    }

    public Builder http(HttpHandler handler) {
      http = handler;
      return this;
    }

    public Builder grpc(List<ServerServiceDefinition> more) {
      services.addAll(more);
      return this;
    }

    /** Interceptors of every gRPC method; the last one added is called first, as in grpc-java. */
    public Builder intercept(ServerInterceptor interceptor) {
      interceptors.add(interceptor);
      return this;
    }

    /**
     * Where gRPC methods run; by default a virtual thread. {@code Runnable::run} runs them on the
     * event loop: only for methods that never block.
     */
    public Builder grpcExecutor(Executor executor) {
      grpcExecutor = executor;
      return this;
    }

    public Builder limits(TransportLimits allowed) {
      limits = allowed;
      return this;
    }

    /**
     * Binds every address, or none.
     *
     * @throws IOException if one cannot be bound; the message says which and why
     */
    public TlsServer start() throws IOException {
      if (addresses.isEmpty() || (http == null && services.isEmpty())) {
        throw new IllegalStateException("a server needs an address and something to serve");
      }
      List<String> protocols =
          http == null
              ? List.of(ApplicationProtocolNames.HTTP_2)
              : List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
      ReloadingSslContext tls =
          ReloadingSslContext.forServer(
              Objects.requireNonNull(identity, "identity"),
              clientAuth == ClientAuth.REQUIRED
                  ? io.netty.handler.ssl.ClientAuth.REQUIRE
                  : io.netty.handler.ssl.ClientAuth.OPTIONAL,
              protocols);
      GrpcService grpc = services.isEmpty() ? null : grpcService();
      ServerPipeline pipeline = new ServerPipeline(tls, limits, http, grpc);
      return new TlsServer(bind(pipeline), pipeline, grpc, limits);
    }

    private GrpcService grpcService() throws IOException {
      Executor executor = grpcExecutor;
      GrpcService service =
          new GrpcService(
              services,
              interceptors,
              executor == null ? Executors.newVirtualThreadPerTaskExecutor() : executor);
      service.start();
      return service;
    }

    private List<Channel> bind(ServerPipeline pipeline) throws IOException {
      List<Channel> listeners = new ArrayList<>();
      for (InetSocketAddress address : addresses) {
        ChannelFuture bound =
            new ServerBootstrap()
                .group(EventLoops.group())
                .channel(EventLoops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(pipeline)
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
          listeners.forEach(listener -> listener.close().syncUninterruptibly());
          throw refusal(address, Objects.requireNonNull(bound.cause()));
        }
        LOG.info("listening address={}", bound.channel().localAddress());
        listeners.add(bound.channel());
      }
      return List.copyOf(listeners);
    }

    private static IOException refusal(InetSocketAddress address, Throwable cause) {
      String where = address.getHostString() + ":" + address.getPort();
      String why =
          cause instanceof BindException || cause instanceof IOException
              ? String.valueOf(cause.getMessage())
              : cause.toString();
      return new IOException("cannot listen on " + where + ": " + why, cause);
    }
  }
}
