package kontiki.pki.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an accepted connection goes through: the limit of connections, the close that loses no
 * refused client, the plain-HTTP detector, TLS, then HTTP/2 or HTTP/1.1 as ALPN decides. Shared by
 * all connections of a listener; thread-safe.
 */
final class ServerPipeline extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerPipeline.class);

  private final ReloadingSslContext tls;
  private final TransportLimits limits;
  private final @Nullable HttpHandler http;
  private final @Nullable GrpcService grpc;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

  ServerPipeline(
      ReloadingSslContext tls,
      TransportLimits limits,
      @Nullable HttpHandler http,
      @Nullable GrpcService grpc) {
    this.tls = tls;
    this.limits = limits;
    this.http = http;
    this.grpc = grpc;
  }

  /** Every connection that is open now. */
  Set<Channel> channels() {
    return channels;
  }

  @Override
  protected void initChannel(Channel channel) {
    var unused =
        channel
            .closeFuture()
            .addListener(closed -> {
              channels.remove(channel);
              open.decrementAndGet();
            });
    channels.add(channel);
    if (open.incrementAndGet() > limits.connections()) {
      LOG.warn(
          "refused a connection, too many are open: remote={} limit={}",
          channel.remoteAddress(),
          limits.connections());
      var closing = channel.close();
      assert closing != null;
      return;
    }
    SslHandler handshake = tls.present().newHandler(channel.alloc());
    handshake.setHandshakeTimeoutMillis(limits.handshake().toMillis());
    channel
        .pipeline()
        .addLast(
            new LingeringClose(), new PlainHttpDetector(), handshake, new Negotiated(handshake));
  }

  /** Installs the protocol that the handshake chose. */
  private final class Negotiated extends ApplicationProtocolNegotiationHandler {
    private final SslHandler handshake;

    Negotiated(SslHandler handshake) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.handshake = handshake;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      SSLSession session = handshake.engine().getSession();
      HttpExchange.Peer peer =
          new HttpExchange.Peer(
              (InetSocketAddress) ctx.channel().remoteAddress(),
              (InetSocketAddress) ctx.channel().localAddress(),
              certificates(session));
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        ctx.pipeline()
            .addLast(
                idle(limits.pingInterval().toMillis(), 0),
                Http2Connection.create(new GrpcStreams(http, grpc, limits, peer, session), limits));
      } else if (http != null) {
        HttpDecoderConfig sizes =
            new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.headerBytes())
                .setMaxHeaderSize(limits.headerBytes());
        Http1Connection connection = new Http1Connection(http, peer, limits.requestHeader());
        ctx.pipeline()
            .addLast(
                connection.new FirstBytes(),
                new HttpServerCodec(sizes),
                idle(0, limits.idle().toMillis()),
                connection);
      } else {
        LOG.debug("refused HTTP/1.1, only gRPC is served here: remote={}", peer.remote());
        var unused = ctx.close();
      }
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      Throwable root = cause;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      if (root instanceof RuntimeException) {
        LOG.error("cannot serve a connection: remote={}", ctx.channel().remoteAddress(), cause);
      } else {
        LOG.info(
            "TLS handshake failed: remote={} reason=\"{}\"",
            ctx.channel().remoteAddress(),
            root.getMessage());
      }
      var unused = ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      handshakeFailure(ctx, cause);
    }
  }

  private static IdleStateHandler idle(long readMillis, long allMillis) {
    return new IdleStateHandler(readMillis, 0, allMillis, TimeUnit.MILLISECONDS);
  }

  private static List<X509Certificate> certificates(SSLSession session) {
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
      return List.copyOf(chain);
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }
}
