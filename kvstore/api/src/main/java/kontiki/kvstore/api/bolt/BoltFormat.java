package kontiki.kvstore.api.bolt;

import java.nio.ByteBuffer;

/**
 * The numbers of bbolt's format, version 2. A file is pages of {@link #PAGE} bytes, numbered from
 * 0; a page may go on over the pages after it. All numbers are little endian. A page begins with
 * its own number (8 bytes), its kind (2), how many elements it has (2) and how many pages it goes
 * on (4). Source: the structures of go.etcd.io/bbolt.
 */
final class BoltFormat {
  static final int PAGE = 4096;
  static final int HEADER = 16;
  static final int ELEMENT = 16;

  static final int BRANCH = 0x01;
  static final int LEAF = 0x02;
  static final int META = 0x04;
  static final int FREE_LIST = 0x10;

  /** Flag of a leaf element whose value is a bucket: number of its root page, sequence. */
  static final int BUCKET = 0x01;

  static final int BUCKET_BYTES = 16;

  static final int MAGIC = 0xED0CDAED;
  static final int VERSION = 2;

  /** Bytes of a meta page that its checksum covers. */
  static final int META_BYTES = 56;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private BoltFormat() {}

  /** FNV-1a, 64 bits, over {@code length} bytes from {@code from}. */
  static long checksum(ByteBuffer buffer, int from, int length) {
    long hash = FNV_OFFSET;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ (buffer.get(i) & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
