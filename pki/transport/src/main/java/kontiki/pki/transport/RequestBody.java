package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The request's body as the handler reads it: blocks until bytes have come, the body ends (-1) or
 * the peer goes (IOException). What waits unread is bounded by the protocol's window, because the
 * peer may send more only as bytes are taken.
 *
 * <p>The event loop puts bytes in; one other thread takes them.
 */
final class RequestBody extends InputStream {
  private final HttpWire wire;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<ByteBuf> pieces = new ArrayDeque<>();
  private boolean ended;
  private boolean wanted;
  private boolean discarding;
  private @Nullable IOException failure;

  RequestBody(HttpWire wire) {
    this.wire = wire;
  }

  /** Takes over the buffer. */
  void offer(ByteBuf piece) {
    int size = piece.readableBytes();
    lock.lock();
    try {
      if (!discarding && failure == null && size > 0) {
        pieces.add(piece);
        arrived.signalAll();
        return;
      }
    } finally {
      lock.unlock();
    }
    piece.release();
    wire.bodyTaken(size);
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The peer has gone: a waiting read fails, and so do later ones. */
  void fail(IOException cause) {
    lock.lock();
    try {
      if (failure == null && !ended) {
        failure = cause;
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is here and what comes: nobody reads any more. */
  void discard() {
    int dropped = 0;
    lock.lock();
    try {
      discarding = true;
      for (ByteBuf piece : pieces) {
        dropped += piece.readableBytes();
        piece.release();
      }
      pieces.clear();
    } finally {
      lock.unlock();
    }
    if (dropped > 0) {
      wire.bodyTaken(dropped);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int count;
    lock.lock();
    try {
      await();
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
      ByteBuf piece = pieces.peek();
      if (piece == null) {
        return -1;
      }
      count = Math.min(length, piece.readableBytes());
      piece.readBytes(target, offset, count);
      if (!piece.isReadable()) {
        pieces.remove().release();
      }
    } finally {
      lock.unlock();
    }
    wire.bodyTaken(count);
    return count;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      ByteBuf piece = pieces.peek();
      return piece == null ? 0 : piece.readableBytes();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    discard();
  }

  private void await() throws IOException {
    while (pieces.isEmpty() && !ended && failure == null) {
      if (discarding) {
        throw new IOException("the request's body is closed");
      }
      if (!wanted) {
        wanted = true;
        wire.bodyWanted();
      }
      try {
        arrived.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while reading the request's body", e);
      }
    }
  }
}
