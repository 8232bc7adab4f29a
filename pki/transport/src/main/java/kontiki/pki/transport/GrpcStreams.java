package kontiki.pki.transport;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.internal.StatsTraceContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one HTTP/2 connection: gRPC calls by their content type, HTTP exchanges otherwise.
 * Confined to the connection's event loop.
 */
final class GrpcStreams implements Http2Streams {
  private final @Nullable HttpHandler http;
  private final @Nullable GrpcService grpc;
  private final TransportLimits limits;
  private final HttpExchange.Peer peer;
  private final SSLSession session;
  private GrpcService.@Nullable Transport transport;

  GrpcStreams(
      @Nullable HttpHandler http,
      @Nullable GrpcService grpc,
      TransportLimits limits,
      HttpExchange.Peer peer,
      SSLSession session) {
    this.http = http;
    this.grpc = grpc;
    this.limits = limits;
    this.peer = peer;
    this.session = session;
  }

  @Override
  public Stream open(
      Http2Connection connection, Http2Stream stream, Http2Headers headers, boolean end) {
    GrpcService service = grpc;
    if (service != null && GrpcHeaders.isGrpc(headers)) {
      return "POST".contentEquals(headers.method())
          ? call(service, connection, stream, headers, end)
          : refuse(connection, stream, "405");
    }
    HttpHandler handler = http;
    if (handler == null) {
      return refuse(connection, stream, "415");
    }
    return Http2Exchange.start(connection, stream, headers, end, peer, handler);
  }

  private Stream call(
      GrpcService service,
      Http2Connection connection,
      Http2Stream stream,
      Http2Headers headers,
      boolean end) {
    CharSequence path = headers.path();
    if (path == null || path.isEmpty() || path.charAt(0) != '/') {
      return refuse(connection, stream, "404");
    }
    GrpcService.Transport joined = transport;
    if (joined == null) {
      joined = service.join(connection.context().channel(), attributes());
      transport = joined;
    }
    String method = path.subSequence(1, path.length()).toString();
    Metadata metadata = GrpcHeaders.metadata(headers);
    StatsTraceContext statistics =
        StatsTraceContext.newServerContext(service.streamTracers(), method, metadata);
    CharSequence authority = headers.authority();
    GrpcServerStream call =
        new GrpcServerStream(
            connection,
            stream,
            joined,
            statistics,
            limits.grpcMessageBytes(),
            authority == null ? "" : authority.toString());
    joined.listener().streamCreated(call, method, metadata);
    call.allocated();
    if (end) {
      call.inbound().end();
    }
    return call.inbound();
  }

  private Attributes attributes() {
    return Attributes.newBuilder()
        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, peer.remote())
        .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, peer.local())
        .set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session)
        .set(GrpcPeer.ATTRIBUTE, new GrpcPeer(peer.remote(), peer.certificates()))
        .build();
  }

  private static Stream refuse(Http2Connection connection, Http2Stream stream, String status) {
    Http2Headers head = new DefaultHttp2Headers(false).status(status);
    connection.queue().add(() -> connection.writeLastHeaders(stream, head, () -> {}));
    return new Refused(connection, stream);
  }

  /** What a refused client still sends is passed over. */
  private record Refused(Http2Connection connection, Http2Stream stream) implements Stream {
    @Override
    public void data(io.netty.buffer.ByteBuf data, boolean end) {
      connection.consume(stream, data.readableBytes());
    }

    @Override
    public void end() {}

    @Override
    public void closed() {}
  }
}
