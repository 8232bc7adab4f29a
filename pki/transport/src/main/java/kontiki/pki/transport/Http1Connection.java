package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection of a server: one request at a time, in their order. While a request is
 * under way, what the client sends beyond it waits, and reading stops at {@link #MAX_PIPELINED}
 * messages (a client that sends more than Netty's codec allows at once, 128, is cut off); reading
 * also stops while the handler leaves too much of a body unread.
 *
 * <p>Confined to its event loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
  /** Messages of later requests that may wait for the present one. */
  static final int MAX_PIPELINED = 64;

  /** Bytes of a body that may wait unread before reading from the socket stops. */
  static final int MAX_UNREAD = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

  private final HttpHandler handler;
  private final HttpExchange.Peer peer;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private @Nullable Http1Exchange current;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ConnectionQueue queue;
  private boolean closing;
  private final Duration headerTime;
  private @Nullable Future<?> headerAlarm;

  Http1Connection(HttpHandler handler, HttpExchange.Peer peer, Duration headerTime) {
    this.handler = handler;
    this.peer = peer;
    this.headerTime = headerTime;
  }

  /** Stands before the codec: begins the time of a request's header with its first bytes. */
  final class FirstBytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (current == null && headerAlarm == null) {
        headerAlarm =
            ctx.executor()
                .schedule(
                    Http1Connection.this::closeNow, headerTime.toMillis(), TimeUnit.MILLISECONDS);
      }
      ctx.fireChannelRead(message);
    }
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  ConnectionQueue queue() {
    return Objects.requireNonNull(queue);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    queue = new ConnectionQueue(ctx.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf raw && current != null) {
      current.receivedRaw(raw);
      adjustReading();
    } else if (current != null && (!waiting.isEmpty() || current.requestEnded())) {
      waiting.add(message);
      adjustReading();
    } else {
      accept(message);
    }
  }

  /** A message that is the present exchange's, or begins the next. */
  private void accept(Object message) {
    try {
      if (message instanceof HttpRequest request) {
        begin(request);
      }
      Http1Exchange exchange = current;
      if (exchange != null && message instanceof HttpContent content) {
        if (content.decoderResult().isFailure()) {
          refuse(HttpResponseStatus.BAD_REQUEST, content.decoderResult());
          return;
        }
        exchange.received(content.content(), content instanceof LastHttpContent);
        if (exchange.finished()) {
          finished(exchange);
        } else {
          adjustReading();
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest request) {
    Future<?> alarm = headerAlarm;
    if (alarm != null) {
      headerAlarm = null;
      var inTime = alarm.cancel(false);
      assert inTime || closing;
    }
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      refuse(
          switch (result.cause()) {
            case TooLongHttpHeaderException e -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            case TooLongHttpLineException e -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            default -> HttpResponseStatus.BAD_REQUEST;
          },
          result);
      return;
    }
    Http1Exchange exchange = new Http1Exchange(this, request, peer);
    current = exchange;
    exchange.start(handler);
  }

  /** What cannot be understood is answered once; the connection is of no more use. */
  private void refuse(HttpResponseStatus status, DecoderResult result) {
    LOG.debug("refused a request: remote={} cause={}", peer.remote(), result.toString());
    Http1Exchange exchange = current;
    closing = true;
    if (exchange != null) {
      exchange.failed(new IOException("the request is malformed"));
      closeNow();
      return;
    }
    DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    response.headers().set(HttpHeaderNames.CONNECTION, "close");
    var unused = context().writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  /** On the event loop: the exchange is over; the next request's turn. */
  void finished(Http1Exchange exchange) {
    if (current != exchange) {
      return;
    }
    current = null;
    exchange.ended();
    if (closing || !exchange.keepAlive()) {
      closing = true;
      var unused =
          context()
              .writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER)
              .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    while (current == null || !current.requestEnded()) {
      Object next = waiting.poll();
      if (next == null) {
        break;
      }
      accept(next);
    }
    adjustReading();
  }

  /** On the event loop: reads from the socket only while there is room for what comes. */
  void adjustReading() {
    Http1Exchange exchange = current;
    boolean room =
        waiting.size() < MAX_PIPELINED && (exchange == null || exchange.unread() < MAX_UNREAD);
    Channel channel = context().channel();
    if (channel.config().isAutoRead() != room) {
      channel.config().setAutoRead(room);
    }
  }

  /** On the event loop: from now on the connection carries bytes of the exchange's own protocol. */
  void becomeRaw() {
    // Bytes that the codec holds already come again as they are.
    var codec = context().pipeline().remove(HttpServerCodec.class);
    assert codec != null;
  }

  /** On the event loop: after the present request no other is read. */
  void closeAfterCurrent() {
    closing = true;
    if (current == null) {
      closeNow();
    }
  }

  void closeNow() {
    closing = true;
    var unused = context().close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && current == null) {
      closeNow();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Http1Exchange exchange = current;
    current = null;
    closing = true;
    if (headerAlarm != null) {
      var unused = headerAlarm.cancel(false);
    }
    if (exchange != null) {
      exchange.failed(new IOException("the client has closed the connection"));
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection failed: remote={} cause={}", peer.remote(), cause.toString());
    closeNow();
  }
}
