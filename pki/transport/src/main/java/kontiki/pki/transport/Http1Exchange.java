package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP exchange on an HTTP/1.1 connection. Its state is confined to the event loop; its wire
 * side may be called from anywhere and goes through the connection's queue.
 */
final class Http1Exchange implements HttpWire {
  /** How much of a body that nobody reads is passed over to keep the connection. */
  static final int MAX_DISCARDED = 256 * 1024;

  private final Http1Connection connection;
  private final HttpExchange exchange;
  private final HttpVersion version;
  private final boolean expectsContinue;
  private boolean keepAlive;
  private boolean requestEnded;
  private boolean continued;
  private boolean responseEnded;
  private boolean handlerDone;
  private boolean over;
  private @Nullable RequestBody raw;
  private int unread;
  private int discarded;

  Http1Exchange(Http1Connection connection, HttpRequest request, HttpExchange.Peer peer) {
    this.connection = connection;
    this.version = request.protocolVersion();
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.expectsContinue = HttpUtil.is100ContinueExpected(request);
    Headers.Builder fields = Headers.builder();
    for (Map.Entry<String, String> field : request.headers()) {
      fields.add(field.getKey(), field.getValue());
    }
    String authority = request.headers().get(HttpHeaderNames.HOST, "");
    this.exchange =
        new HttpExchange(
            new HttpExchange.Request(
                request.method().name(), request.uri(), version.text(), authority, fields.build()),
            peer,
            this,
            connection.context().alloc());
  }

  void start(HttpHandler handler) {
    var thread = Thread.startVirtualThread(() -> exchange.run(handler));
    assert thread.isVirtual();
  }

  boolean requestEnded() {
    return requestEnded;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  int unread() {
    return unread;
  }

  /** Nothing more to receive, to send or to run. */
  boolean finished() {
    return handlerDone && responseEnded && (requestEnded || !keepAlive);
  }

  /** A piece of the body has come. */
  void received(ByteBuf content, boolean last) {
    int size = content.readableBytes();
    if (handlerDone) {
      discarded += size;
      if (discarded > MAX_DISCARDED) {
        keepAlive = false;
      }
    } else if (size > 0) {
      unread += size;
      exchange.requestBody().offer(content.retain());
    }
    if (last) {
      requestEnded = true;
      exchange.requestBody().end();
    }
  }

  /** Bytes of an upgraded connection. */
  void receivedRaw(ByteBuf bytes) {
    unread += bytes.readableBytes();
    Objects.requireNonNull(raw, "not upgraded").offer(bytes);
  }

  @Override
  public boolean upgrade(Headers headers, RequestBody inbound) {
    connection.queue().add(() -> becomeRaw(headers, inbound));
    return true;
  }

  private void becomeRaw(Headers headers, RequestBody inbound) {
    if (over || !requestEnded) {
      inbound.fail(new IOException("the client sent a body with its wish to upgrade"));
      abort();
      return;
    }
    raw = inbound;
    keepAlive = false;
    connection.becomeRaw();
    StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    var unused =
        connection
            .context()
            .write(Unpooled.copiedBuffer(head.append("\r\n"), StandardCharsets.ISO_8859_1));
  }

  /** The answer was sent. */
  void ended() {
    over = true;
    exchange.closed(null);
  }

  void failed(IOException cause) {
    over = true;
    RequestBody upgraded = raw;
    if (upgraded != null) {
      upgraded.end();
    }
    exchange.closed(cause);
  }

  @Override
  public void head(int status, Headers headers, boolean end) {
    connection.queue().add(() -> writeHead(status, headers, end));
  }

  private void writeHead(int status, Headers headers, boolean end) {
    if (over) {
      return;
    }
    DefaultHttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    headers.forEach((name, value) -> response.headers().add(name, value));
    boolean sized = headers.contains("content-length");
    if (end && !sized && status != 204 && status != 304) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    } else if (!end && !sized) {
      if (version.equals(HttpVersion.HTTP_1_0)) {
        keepAlive = false;
      } else {
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
    }
    if (expectsContinue && !continued && !requestEnded) {
      // The client may send its body or not: the next request could not be told from it.
      keepAlive = false;
    }
    if (headers.first("connection").filter("close"::equalsIgnoreCase).isPresent()) {
      keepAlive = false;
    }
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (version.equals(HttpVersion.HTTP_1_0)) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    var unused = connection.context().write(response);
    if (end) {
      var last = connection.context().write(LastHttpContent.EMPTY_LAST_CONTENT);
      assert last != null;
      responseEnded();
    }
  }

  @Override
  public void data(ByteBuf data, boolean end, Runnable written) {
    connection
        .queue()
        .add(() -> {
          if (over) {
            data.release();
            written.run();
            return;
          }
          ChannelFuture sent = connection.context().write(piece(data, end));
          var unused = sent.addListener(done -> written.run());
          if (end) {
            responseEnded();
          }
        });
  }

  private Object piece(ByteBuf data, boolean end) {
    if (raw != null) {
      return data;
    }
    return end ? new DefaultLastHttpContent(data) : new DefaultHttpContent(data);
  }

  private void responseEnded() {
    responseEnded = true;
    if (finished()) {
      connection.finished(this);
    }
  }

  @Override
  public void bodyWanted() {
    if (expectsContinue) {
      connection
          .queue()
          .add(() -> {
            if (!over && !continued && !requestEnded) {
              continued = true;
              var unused =
                  connection
                      .context()
                      .write(
                          new DefaultFullHttpResponse(
                              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
          });
    }
  }

  @Override
  public void bodyTaken(int bytes) {
    connection
        .queue()
        .add(() -> {
          unread -= bytes;
          if (!over) {
            connection.adjustReading();
          }
        });
  }

  @Override
  public void abort() {
    connection
        .queue()
        .add(() -> {
          if (!over) {
            connection.closeNow();
          }
        });
  }

  @Override
  public void done() {
    connection
        .queue()
        .add(() -> {
          handlerDone = true;
          if (!over && finished()) {
            connection.finished(this);
          }
        });
  }
}
