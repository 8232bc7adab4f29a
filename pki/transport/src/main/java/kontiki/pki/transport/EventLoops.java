package kontiki.pki.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The event loops of this process, shared by all its servers and clients: daemon threads, at most
 * {@link #MAX_THREADS}, each started when it is first needed. Epoll where the machine has it.
 */
final class EventLoops {
  /** More loops than cores only add switches. */
  static final int MAX_THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);

  private EventLoops() {}

  private static final class Shared {
    static final boolean EPOLL = Epoll.isAvailable();
    static final EventLoopGroup GROUP =
        new MultiThreadIoEventLoopGroup(
            MAX_THREADS, new DefaultThreadFactory("kontiki-io", true), factory());

    private static IoHandlerFactory factory() {
      return EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }
  }

  static EventLoopGroup group() {
    return Shared.GROUP;
  }

  static Class<? extends ServerChannel> serverChannel() {
    return Shared.EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  static Class<? extends SocketChannel> clientChannel() {
    return Shared.EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }
}
