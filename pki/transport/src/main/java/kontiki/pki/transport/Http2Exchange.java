package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * An HTTP exchange on one HTTP/2 stream. Its stream side runs on the event loop; its wire side may
 * be called from anywhere and goes through the connection's queue.
 */
final class Http2Exchange implements Http2Streams.Stream, HttpWire {
  /** Fields that HTTP/2 forbids (RFC 9113, 8.2.2): they were meant for one HTTP/1.1 hop. */
  private static final Set<String> HOP_FIELDS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private final Http2Connection connection;
  private final Http2Stream stream;
  private final HttpExchange exchange;

  private Http2Exchange(
      Http2Connection connection,
      Http2Stream stream,
      HttpExchange.Request request,
      HttpExchange.Peer peer) {
    this.connection = connection;
    this.stream = stream;
    this.exchange = new HttpExchange(request, peer, this, connection.context().alloc());
  }

  /** Begins the exchange and starts its handler. */
  static Http2Exchange start(
      Http2Connection connection,
      Http2Stream stream,
      Http2Headers headers,
      boolean end,
      HttpExchange.Peer peer,
      HttpHandler handler) {
    Http2Exchange made = new Http2Exchange(connection, stream, request(headers), peer);
    if (end) {
      made.exchange.requestBody().end();
    }
    var thread = Thread.startVirtualThread(() -> made.exchange.run(handler));
    assert thread.isVirtual();
    return made;
  }

  private static HttpExchange.Request request(Http2Headers headers) {
    Headers.Builder fields = Headers.builder();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      CharSequence name = field.getKey();
      if (name.charAt(0) != ':') {
        fields.add(name.toString(), field.getValue().toString());
      }
    }
    return new HttpExchange.Request(
        text(headers.method()),
        text(headers.path()),
        "HTTP/2.0",
        text(headers.authority()),
        fields.build());
  }

  private static String text(@org.jspecify.annotations.Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    if (data.isReadable()) {
      exchange.requestBody().offer(data.retain());
    }
    if (end) {
      exchange.requestBody().end();
    }
  }

  @Override
  public void end() {
    exchange.requestBody().end();
  }

  @Override
  public void closed() {
    exchange.closed(new IOException("the client has closed the stream"));
  }

  @Override
  public void head(int status, Headers headers, boolean end) {
    Http2Headers head = new DefaultHttp2Headers(false).status(Integer.toString(status));
    headers.forEach((name, value) -> {
      if (!HOP_FIELDS.contains(name)) {
        head.add(name, value);
      }
    });
    connection
        .queue()
        .add(() -> {
          if (end) {
            connection.writeLastHeaders(stream, head, () -> {});
          } else {
            connection.writeHeaders(stream, head);
          }
        });
  }

  @Override
  public void data(ByteBuf data, boolean end, Runnable written) {
    connection.queue().add(() -> connection.writeData(stream, data, end, written));
  }

  @Override
  public boolean upgrade(Headers headers, RequestBody inbound) {
    return false;
  }

  @Override
  public void bodyWanted() {
    if (exchange.header("expect").filter("100-continue"::equalsIgnoreCase).isPresent()) {
      Http2Headers head = new DefaultHttp2Headers(false).status("100");
      connection.queue().add(() -> connection.writeHeaders(stream, head));
    }
  }

  @Override
  public void bodyTaken(int bytes) {
    connection.queue().add(() -> connection.consume(stream, bytes));
  }

  @Override
  public void abort() {
    connection.queue().add(() -> connection.reset(stream, Http2Error.INTERNAL_ERROR));
  }

  @Override
  public void done() {
    // The stream closes by itself when both sides have ended.
  }
}
