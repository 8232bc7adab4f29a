package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The response's body as the handler writes it. Bytes gather until {@link #flush} or until {@link
 * #CHUNK} of them are there. At most {@link #MAX_UNSENT} bytes wait for a slow reader: then writing
 * blocks; it fails with an IOException once the peer has gone.
 *
 * <p>Any thread; writes of several threads do not mix within one call.
 */
public final class ResponseBody extends OutputStream {
  /** How many bytes gather before they are sent without a flush. */
  public static final int CHUNK = 16 * 1024;

  /** How many bytes may be on their way to a reader that does not take them. */
  public static final int MAX_UNSENT = 256 * 1024;

  private final HttpWire wire;
  private final ByteBufAllocator allocator;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private @Nullable ByteBuf gathered;
  private long unsent;
  private boolean ended;
  private @Nullable IOException failure;

  ResponseBody(HttpWire wire, ByteBufAllocator allocator) {
    this.wire = wire;
    this.allocator = allocator;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    lock.lock();
    try {
      int at = offset;
      int end = offset + length;
      while (at < end) {
        checkOpen();
        ByteBuf chunk = gathered;
        if (chunk == null) {
          awaitRoom();
          chunk = allocator.directBuffer(Math.clamp(end - at, 256, CHUNK), CHUNK);
          gathered = chunk;
        }
        int count = Math.min(end - at, chunk.maxWritableBytes());
        chunk.writeBytes(source, at, count);
        at += count;
        if (chunk.maxWritableBytes() == 0) {
          sendGathered(false);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends bytes that the caller will never change, without copying them: one encoded event can go
   * to many readers. What was gathered before goes first.
   */
  public void writeShared(byte[] immutable) throws IOException {
    lock.lock();
    try {
      checkOpen();
      sendGathered(false);
      if (immutable.length > 0) {
        awaitRoom();
        send(Unpooled.wrappedBuffer(immutable), false);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    lock.lock();
    try {
      checkOpen();
      sendGathered(false);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the response; a second close does nothing. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (failure != null) {
        drop();
        return;
      }
      sendGathered(true);
    } finally {
      lock.unlock();
    }
  }

  /** The whole body was sent beside this stream. */
  void markEnded() {
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  /** The peer has gone: waiting and later writes fail. */
  void fail(IOException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      drop();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void drop() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  private void checkOpen() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (ended) {
      throw new IOException("the response is ended");
    }
  }

  private void awaitRoom() throws IOException {
    while (unsent >= MAX_UNSENT && failure == null) {
      try {
        room.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the peer is slow", e);
      }
    }
    checkOpen();
  }

  private void sendGathered(boolean end) {
    ByteBuf chunk = gathered;
    gathered = null;
    if (chunk != null) {
      send(chunk, end);
    } else if (end) {
      send(Unpooled.EMPTY_BUFFER, true);
    }
  }

  private void send(ByteBuf data, boolean end) {
    int size = data.readableBytes();
    unsent += size;
    ended |= end;
    wire.data(data, end, () -> sent(size));
  }

  private void sent(int size) {
    lock.lock();
    try {
      unsent -= size;
      if (unsent < MAX_UNSENT) {
        room.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
