package kontiki.pki.transport;

import io.grpc.internal.AbstractReadableBuffer;
import io.grpc.internal.ReadableBuffer;
import io.grpc.internal.WritableBuffer;
import io.grpc.internal.WritableBufferAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Netty's buffers as gRPC's framer and deframer see them: no copy on the way. */
final class NettyBytes {
  /** A first buffer of a message: small answers fit, long ones grow by further buffers. */
  private static final int MIN_BUFFER = 512;

  private static final int MAX_BUFFER = 1 << 20;

  private NettyBytes() {}

  static WritableBufferAllocator allocator(ByteBufAllocator allocator) {
    return hint -> {
      int capacity = Math.clamp(hint, MIN_BUFFER, MAX_BUFFER);
      return new Writable(allocator.directBuffer(capacity, capacity));
    };
  }

  /** What the framer writes a message into. */
  static final class Writable implements WritableBuffer {
    private final ByteBuf buffer;

    private Writable(ByteBuf buffer) {
      this.buffer = buffer;
    }

    ByteBuf buffer() {
      return buffer;
    }

    @Override
    public void write(byte[] source, int index, int length) {
      buffer.writeBytes(source, index, length);
    }

    @Override
    public void write(byte b) {
      buffer.writeByte(b);
    }

    @Override
    public int writableBytes() {
      return buffer.writableBytes();
    }

    @Override
    public int readableBytes() {
      return buffer.readableBytes();
    }

    @Override
    public void release() {
      buffer.release();
    }
  }

  /** What the deframer reads a message from; closing releases the buffer. */
  static final class Readable extends AbstractReadableBuffer {
    private final ByteBuf buffer;
    private boolean closed;

    /** Takes over the buffer. */
    Readable(ByteBuf buffer) {
      this.buffer = buffer;
    }

    @Override
    public int readableBytes() {
      return buffer.readableBytes();
    }

    @Override
    public int readUnsignedByte() {
      return buffer.readUnsignedByte();
    }

    @Override
    public void skipBytes(int length) {
      buffer.skipBytes(length);
    }

    @Override
    public void readBytes(byte[] target, int offset, int length) {
      buffer.readBytes(target, offset, length);
    }

    @Override
    public void readBytes(OutputStream target, int length) throws IOException {
      buffer.readBytes(target, length);
    }

    @Override
    public ReadableBuffer readBytes(int length) {
      return new Readable(buffer.readRetainedSlice(length));
    }

    @Override
    public boolean hasArray() {
      return buffer.hasArray();
    }

    @Override
    public byte[] array() {
      return buffer.array();
    }

    @Override
    public int arrayOffset() {
      return buffer.arrayOffset() + buffer.readerIndex();
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public void mark() {
      buffer.markReaderIndex();
    }

    @Override
    public void reset() {
      buffer.resetReaderIndex();
    }

    @Override
    public boolean byteBufferSupported() {
      return buffer.nioBufferCount() > 0;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return buffer.nioBufferCount() == 1
          ? buffer.nioBuffer()
          : buffer.nioBuffer(buffer.readerIndex(), buffer.readableBytes());
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        buffer.release();
      }
    }
  }
}
