package kontiki.chaos.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/**
 * The network between members: one proxy in front of each member's peer port, on loopback, that
 * forwards bytes without looking at them (the members' TLS stays end to end), and can hold them
 * back. A held connection stays open and silent, as with lost packets; when the network heals, what
 * was held arrives late. Two virtual threads a connection.
 */
public final class PeerNetwork implements AutoCloseable {
  private static final int FIRST_PORT = 12_000;
  private static final int LAST_PORT = 30_000;

  private static final int CHUNK_BYTES = 32 << 10;

  /** A connection from one member to another. */
  private record Link(String from, String to) {}

  private final IntFunction<Optional<String>> memberOfPort;
  private final Map<String, ServerSocketChannel> listeners = new ConcurrentHashMap<>();
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Set<Link> held = Set.of();
  private boolean closed;

  /**
   * @param memberOfPort the member whose process has connected from a local TCP port; empty for
   *     anybody else, whose connections are never held
   */
  public PeerNetwork(IntFunction<Optional<String>> memberOfPort) {
    this.memberOfPort = memberOfPort;
  }

  /**
   * A loopback port that was free just now, below those that Linux gives to outgoing connections:
   * nobody's connection takes it while its member is down.
   */
  public static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException taken) {
        continue;
      }
    }
  }

  /** Opens a proxy to a member's peer port and returns the port that the others connect to. */
  public int add(String member, int peerPort) throws IOException {
    var listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listeners.put(member, listener);
    Thread.ofVirtual().name("peer-proxy-" + member).start(() -> accept(member, listener, peerPort));
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /** Holds back everything between the members of one side and the rest. */
  public void partition(Set<String> side) {
    var links = new HashSet<Link>();
    for (String a : listeners.keySet()) {
      for (String b : listeners.keySet()) {
        if (side.contains(a) != side.contains(b)) {
          links.add(new Link(a, b));
        }
      }
    }
    hold(links);
  }

  public void heal() {
    hold(Set.of());
  }

  private void hold(Set<Link> links) {
    lock.lock();
    try {
      held = Set.copyOf(links);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept(String member, ServerSocketChannel listener, int peerPort) {
    while (listener.isOpen()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> serve(member, client, peerPort));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException("proxy of " + member, e);
      }
    }
  }

  private void serve(String member, SocketChannel client, int peerPort) {
    SocketChannel server = null;
    try {
      open.add(client);
      client.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
      int port = ((InetSocketAddress) client.getRemoteAddress()).getPort();
      String from = memberOfPort.apply(port).orElse("");
      awaitOpen(new Link(from, member));
      server =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), peerPort));
      open.add(server);
      server.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
      var target = server;
      var back = Thread.ofVirtual().start(() -> pump(target, client, new Link(member, from)));
      pump(client, server, new Link(from, member));
      back.join();
    } catch (IOException | InterruptedException e) {
      // The member is down: its peer sees the connection end, as it would without a proxy.
      return;
    } finally {
      close(client);
      close(server);
    }
  }

  /** Forwards until one side ends; a held link also holds back the end. */
  private void pump(SocketChannel from, SocketChannel to, Link link) {
    var buffer = ByteBuffer.allocate(CHUNK_BYTES);
    try {
      while (from.read(buffer) >= 0) {
        awaitOpen(link);
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      awaitOpen(link);
    } catch (IOException e) {
      awaitOpenQuietly(link);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(from);
      close(to);
    }
  }

  private void awaitOpenQuietly(Link link) {
    try {
      awaitOpen(link);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitOpen(Link link) throws InterruptedException {
    lock.lock();
    try {
      while (held.contains(link) && !closed) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void close(java.nio.channels.@org.jspecify.annotations.Nullable Channel channel) {
    if (channel == null) {
      return;
    }
    open.remove(channel);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    listeners.values().forEach(this::close);
    Set.copyOf(open).forEach(this::close);
  }
}
