package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection of a server: hands each stream to {@link Http2Streams}, writes its answer
 * under the peer's windows, asks a silent peer for a sign of life, and says GOAWAY before it
 * closes.
 *
 * <p>Confined to its event loop; {@link #queue} is the way in from other threads.
 */
final class Http2Connection extends Http2ConnectionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);
  private static final long PING = 0x6b6f6e74696b69L;

  private final TransportLimits limits;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ConnectionQueue queue;
  private boolean pinged;
  private long lastStreamNanos;

  private Http2Connection(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      TransportLimits limits) {
    super(decoder, encoder, settings);
    this.limits = limits;
    gracefulShutdownTimeoutMillis(limits.drain().toMillis());
  }

  static Http2Connection create(Http2Streams streams, TransportLimits limits) {
    return new Builder(streams, limits).build();
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Connection, Builder> {
    private static final int RESET_WINDOW_SECONDS = 30;

    private final TransportLimits limits;
    private final Listener listener;
    private final DefaultHttp2Connection connection;

    Builder(Http2Streams streams, TransportLimits limits) {
      this.limits = limits;
      this.connection = new DefaultHttp2Connection(true);
      this.listener = new Listener(connection.newKey(), streams);
      connection(connection);
      frameListener(listener);
      initialSettings(
          new Http2Settings()
              .maxConcurrentStreams(limits.streamsPerConnection())
              .initialWindowSize(limits.streamWindow())
              .maxHeaderListSize(limits.headerBytes()));
      decoderEnforceMaxRstFramesPerWindow(limits.resetsPerHalfMinute(), RESET_WINDOW_SECONDS);
      encoderEnforceMaxRstFramesPerWindow(limits.resetsPerHalfMinute(), RESET_WINDOW_SECONDS);
      gracefulShutdownTimeoutMillis(limits.drain().toMillis());
    }

    @Override
    protected Http2Connection build() {
      return super.build();
    }

    @Override
    protected Http2Connection build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      Http2Connection made = new Http2Connection(decoder, encoder, settings, limits);
      listener.owner = made;
      connection.addListener(listener.closes);
      return made;
    }
  }

  /** Commands for this connection's event loop. */
  ConnectionQueue queue() {
    return Objects.requireNonNull(queue);
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    queue = new ConnectionQueue(ctx.channel());
    super.handlerAdded(ctx);
    lastStreamNanos = System.nanoTime();
    watchIdle(ctx, limits.idle().toNanos());
    int more = limits.connectionWindow() - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    if (more > 0) {
      connection()
          .local()
          .flowController()
          .incrementWindowSize(connection().connectionStream(), more);
    }
  }

  /** Looks again when the connection may have been without a stream for long enough. */
  private void watchIdle(ChannelHandlerContext ctx, long delayNanos) {
    var watch =
        ctx.executor()
            .schedule(
                () -> {
                  long idle = System.nanoTime() - lastStreamNanos;
                  long left = limits.idle().toNanos() - idle;
                  if (!ctx.channel().isActive()) {
                    return;
                  }
                  if (connection().numActiveStreams() > 0) {
                    watchIdle(ctx, limits.idle().toNanos());
                  } else if (left > 0) {
                    watchIdle(ctx, left);
                  } else {
                    var unused = ctx.channel().close();
                  }
                },
                delayNanos,
                TimeUnit.NANOSECONDS);
    assert !watch.isCancelled();
  }

  /** On the event loop: writes a header frame that data or trailers follow. */
  void writeHeaders(Http2Stream stream, Http2Headers headers) {
    if (!gone(stream)) {
      var unused =
          encoder().writeHeaders(context(), stream.id(), headers, 0, false, context().newPromise());
    }
  }

  /**
   * On the event loop: writes a header frame that ends the stream, after what waits for the window.
   *
   * @param ended called when it was sent; not called if the stream goes before
   */
  void writeLastHeaders(Http2Stream stream, Http2Headers headers, Runnable ended) {
    if (gone(stream)) {
      return;
    }
    ChannelFuture written =
        encoder().writeHeaders(context(), stream.id(), headers, 0, true, context().newPromise());
    var unused =
        written.addListener(future -> {
          if (future.isSuccess()) {
            ended.run();
          }
        });
    endWhenWritten(stream, written);
  }

  /**
   * On the event loop: writes a piece of the body as far as the peer's window allows, when it does.
   */
  void writeData(Http2Stream stream, ByteBuf data, boolean end, Runnable written) {
    if (gone(stream)) {
      data.release();
      written.run();
      return;
    }
    ChannelPromise promise = context().newPromise();
    ChannelFuture future = encoder().writeData(context(), stream.id(), data, 0, end, promise);
    var unused = future.addListener(done -> written.run());
    if (end) {
      endWhenWritten(stream, future);
    }
  }

  /** On the event loop: lets the peer send so many bytes more on this stream. */
  void consume(Http2Stream stream, int bytes) {
    if (bytes <= 0 || gone(stream)) {
      return;
    }
    try {
      if (connection().local().flowController().consumeBytes(stream, bytes)) {
        context().flush();
      }
    } catch (Http2Exception e) {
      onError(context(), true, e);
    }
  }

  /** On the event loop: ends the stream at once. */
  void reset(Http2Stream stream, Http2Error error) {
    if (!gone(stream)) {
      var unused =
          encoder().writeRstStream(context(), stream.id(), error.code(), context().newPromise());
    }
  }

  private static boolean gone(Http2Stream stream) {
    return stream.state() == Http2Stream.State.CLOSED;
  }

  /**
   * An answer may end before its request did: the client is told not to send the rest (RFC 9113,
   * 8.1).
   */
  private void endWhenWritten(Http2Stream stream, ChannelFuture written) {
    var unused =
        written.addListener(future -> {
          if (future.isSuccess() && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            reset(stream, Http2Error.NO_ERROR);
            context().flush();
          }
        });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof IdleStateEvent idle && idle.state() == IdleState.READER_IDLE) {
      if (!pinged) {
        ping(ctx);
      }
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  private void ping(ChannelHandlerContext ctx) {
    pinged = true;
    var unused = encoder().writePing(ctx, false, PING, ctx.newPromise());
    ctx.flush();
    long timeoutMillis = limits.pingTimeout().toMillis();
    var alarm =
        ctx.executor()
            .schedule(
                () -> {
                  if (pinged && ctx.channel().isActive()) {
                    LOG.info(
                        "closed a connection whose peer is silent: remote={}",
                        ctx.channel().remoteAddress());
                    closeNow(ctx);
                  }
                },
                timeoutMillis,
                TimeUnit.MILLISECONDS);
    assert !alarm.isCancelled();
  }

  /** Anything the peer sends is a sign of life. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    pinged = false;
    super.channelRead(ctx, message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
      return;
    }
    // What TLS cannot read comes as a DecoderException. Nothing may pass on: nobody is behind.
    if (cause instanceof IOException || cause instanceof DecoderException) {
      LOG.debug(
          "connection lost: remote={} cause={}", ctx.channel().remoteAddress(), cause.toString());
    } else {
      LOG.error("cannot serve a connection: remote={}", ctx.channel().remoteAddress(), cause);
    }
    closeNow(ctx);
  }

  /** On the event loop: closes without waiting for streams; each of them hears of it. */
  void closeNow(ChannelHandlerContext ctx) {
    // From here on out: past this handler's own close, which waits.
    var unused = ctx.close();
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception http) {
    LOG.debug(
        "connection error: remote={} cause={}", ctx.channel().remoteAddress(), cause.toString());
    super.onConnectionError(ctx, outbound, cause, http);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException http) {
    LOG.debug("stream error: stream={} cause={}", http.streamId(), cause.toString());
    super.onStreamError(ctx, outbound, cause, http);
  }

  /** Frames in, to the stream they belong to. */
  private static final class Listener extends Http2FrameAdapter {
    private final io.netty.handler.codec.http2.Http2Connection.PropertyKey streamKey;
    private final Http2Streams streams;
    private @Nullable Http2Connection owner;
    private final Http2ConnectionAdapter closes =
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamClosed(Http2Stream stream) {
            Http2Streams.Stream handler = stream.getProperty(streamKey);
            if (handler != null) {
              Objects.requireNonNull(owner).lastStreamNanos = System.nanoTime();
              handler.closed();
            }
          }
        };

    Listener(
        io.netty.handler.codec.http2.Http2Connection.PropertyKey streamKey, Http2Streams streams) {
      this.streamKey = streamKey;
      this.streams = streams;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers headers,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      headersRead(streamId, headers, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end) {
      headersRead(streamId, headers, end);
    }

    private void headersRead(int streamId, Http2Headers headers, boolean end) {
      Http2Connection connection = Objects.requireNonNull(owner);
      Http2Stream stream = connection.connection().stream(streamId);
      if (stream == null) {
        return;
      }
      Http2Streams.Stream handler = stream.getProperty(streamKey);
      if (handler == null) {
        stream.setProperty(streamKey, streams.open(connection, stream, headers, end));
      } else if (end) {
        handler.end();
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
      Http2Stream stream = Objects.requireNonNull(owner).connection().stream(streamId);
      Http2Streams.Stream handler = stream == null ? null : stream.getProperty(streamKey);
      if (handler == null) {
        return data.readableBytes() + padding;
      }
      handler.data(end && !data.isReadable() ? Unpooled.EMPTY_BUFFER : data, end);
      return padding;
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
      Objects.requireNonNull(owner).pinged = false;
    }
  }
}
