package kontiki.kvstore.mvcc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Key of {@link Table#SUPERSEDED}: the user key, escaped so that keys sort as they do unescaped and
 * none is a prefix of another, then the version's revision, newest first.
 */
record SupersededKey(byte[] key, Revision revision) {
  private static final byte ESCAPE = 0;
  private static final byte ESCAPED_ZERO = (byte) 0xff;
  private static final byte END = 1;

  byte[] encode() {
    return at(key, revision.main(), revision.sub());
  }

  /** Where the versions of {@code key} that were made at or before {@code main} begin. */
  static byte[] notAfter(byte[] key, long main) {
    return at(key, main, Integer.MAX_VALUE);
  }

  /** After every version of {@code key}, before those of the next key. */
  static byte[] afterAll(byte[] key) {
    byte[] prefix = prefix(key);
    prefix[prefix.length - 1]++;
    return prefix;
  }

  /** Before every version of {@code key} and every later key. */
  static byte[] beforeAll(byte[] key) {
    return prefix(key);
  }

  static SupersededKey decode(byte[] encoded) {
    ByteArrayOutputStream key = new ByteArrayOutputStream(encoded.length);
    int i = 0;
    while (true) {
      byte b = encoded[i++];
      if (b != ESCAPE) {
        key.write(b);
      } else if (encoded[i++] == END) {
        break;
      } else {
        key.write(0);
      }
    }
    ByteBuffer revision = ByteBuffer.wrap(encoded, i, Revision.BYTES);
    return new SupersededKey(
        key.toByteArray(), new Revision(~revision.getLong(), ~revision.getInt()));
  }

  private static byte[] at(byte[] key, long main, int sub) {
    byte[] prefix = prefix(key);
    byte[] encoded = Arrays.copyOf(prefix, prefix.length + Revision.BYTES);
    ByteBuffer.wrap(encoded, prefix.length, Revision.BYTES).putLong(~main).putInt(~sub);
    return encoded;
  }

  private static byte[] prefix(byte[] key) {
    int zeros = 0;
    for (byte b : key) {
      zeros += b == ESCAPE ? 1 : 0;
    }
    byte[] encoded = new byte[key.length + zeros + 2];
    int out = 0;
    for (byte b : key) {
      encoded[out++] = b;
      if (b == ESCAPE) {
        encoded[out++] = ESCAPED_ZERO;
      }
    }
    encoded[out++] = ESCAPE;
    encoded[out] = END;
    return encoded;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SupersededKey that
        && Arrays.equals(key, that.key)
        && revision.equals(that.revision);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + revision.hashCode();
  }
}
