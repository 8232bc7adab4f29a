package kontiki.pki.transport;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Stands before TLS: what was sent last reaches the client. A connection that is closed with bytes
 * unread is reset, and the reset discards at the client what it has not read yet: the alert that
 * says why its certificate was refused (a TLS 1.3 client sends its first request before it knows),
 * or the answer that a closing server had waited for. So this side only stops sending, and throws
 * away what still comes until the client closes, or for {@link #LINGER_MILLIS}. One connection, its
 * event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
  static final long LINGER_MILLIS = 500;

  private boolean lingers;
  private boolean over;

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (over || !(ctx.channel() instanceof DuplexChannel channel) || !channel.isActive()) {
      var _ = ctx.close(promise);
      return;
    }
    promise.trySuccess();
    if (lingers) {
      return;
    }
    lingers = true;
    var _ = channel.shutdownOutput();
    channel.config().setAutoRead(true);
    Runnable end =
        () -> {
          over = true;
          var _ = ctx.close();
        };
    var _ = ctx.executor().schedule(end, LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lingers) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }
}
