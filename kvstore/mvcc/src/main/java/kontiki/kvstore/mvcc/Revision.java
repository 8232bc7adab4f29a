package kontiki.kvstore.mvcc;

import java.nio.ByteBuffer;

/**
 * A change's place in history: the store's revision and the number of the change within it.
 *
 * @param main as clients see it, from 1
 * @param sub from 0
 */
public record Revision(long main, int sub) implements Comparable<Revision> {
  public static final Revision NONE = new Revision(0, 0);

  /** Bytes of the encoded form, which sorts as revisions do. */
  static final int BYTES = 12;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).putLong(main).putInt(sub).array();
  }

  static Revision decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Revision(buffer.getLong(), buffer.getInt());
  }

  @Override
  public int compareTo(Revision other) {
    int order = Long.compare(main, other.main);
    return order != 0 ? order : Integer.compare(sub, other.sub);
  }
}
