package kontiki.kvstore.server.gateway;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body of which one value may have only so many bytes. Used by one thread. */
final class BoundedBody extends FilterInputStream {
  private final int limit;
  private long read;
  private boolean blank = true;
  private boolean ended;

  BoundedBody(InputStream body, int limit) {
    super(body);
    this.limit = limit;
  }

  /** True where the whole body has nothing but space in it. */
  boolean isBlank() {
    return ended && blank;
  }

  /** A value has ended. */
  void nextValue() {
    read = 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int got = super.read(into, offset, length);
    ended |= got < 0;
    read += Math.max(0, got);
    for (int i = 0; i < got && blank; i++) {
      blank = Character.isWhitespace(into[offset + i]);
    }
    if (read > limit) {
      throw new IOException("the request's body is larger than " + limit + " bytes");
    }
    return got;
  }
}
