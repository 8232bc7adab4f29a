package kontiki.pki.transport;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Stands before TLS: a client whose handshake failed gets to read why. In TLS 1.3 a client sends
 * its first request before it knows that its certificate was refused. Closing with that request
 * unread would reset the connection, and the reset discards the alert at the client. So this side
 * only stops sending, and throws away what still comes until the client closes, or for {@link
 * #LINGER_MILLIS}. One connection, its event loop.
 */
final class LastWords extends ChannelDuplexHandler {
  private static final long LINGER_MILLIS = 1_000;

  private final SslHandler handshake;
  private boolean lingers;

  LastWords(SslHandler handshake) {
    this.handshake = handshake;
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    boolean failed =
        handshake.handshakeFuture().isDone() && !handshake.handshakeFuture().isSuccess();
    if (!failed || !(ctx.channel() instanceof DuplexChannel channel) || !channel.isActive()) {
      var _ = ctx.close(promise);
      return;
    }
    if (lingers) {
      promise.trySuccess();
      return;
    }
    lingers = true;
    var _ = channel.shutdownOutput();
    Runnable end =
        () -> {
          var _ = ctx.close();
        };
    var _ = ctx.executor().schedule(end, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    ctx.read();
    promise.trySuccess();
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
