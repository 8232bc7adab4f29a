package kontiki.kvstore.mvcc.rocks;

import java.util.Arrays;
import kontiki.kvstore.mvcc.Table;
import kontiki.kvstore.mvcc.WriteSet;
import org.jspecify.annotations.Nullable;

/**
 * A RocksDB write batch in its serialized form, so that a whole batch crosses into native code
 * once: sequence (8 bytes, 0), count (4, little endian), then for each record its tag, the column
 * family (varint), and key and value with their lengths (varint) before them.
 */
final class BatchBytes {
  private static final int COUNT_AT = 8;
  private static final int HEADER = 12;
  private static final byte DELETION = 4;
  private static final byte VALUE = 5;
  private static final int LONGEST_VARINT = 5;

  private byte[] bytes = new byte[1 << 10];
  private int size = HEADER;
  private int count;

  /**
   * @param familyIds by {@link Table#ordinal}
   */
  static byte[] of(WriteSet writes, int[] familyIds) {
    BatchBytes batch = new BatchBytes();
    writes.forEach((table, key, value) -> batch.add(familyIds[table.ordinal()], key, value));
    for (int i = 0; i < 4; i++) {
      batch.bytes[COUNT_AT + i] = (byte) (batch.count >>> (8 * i));
    }
    return Arrays.copyOf(batch.bytes, batch.size);
  }

  private void add(int family, byte[] key, byte @Nullable [] value) {
    reserve(1 + 3 * LONGEST_VARINT + key.length + (value == null ? 0 : value.length));
    bytes[size++] = value == null ? DELETION : VALUE;
    varint(family);
    slice(key);
    if (value != null) {
      slice(value);
    }
    count++;
  }

  private void slice(byte[] slice) {
    varint(slice.length);
    System.arraycopy(slice, 0, bytes, size, slice.length);
    size += slice.length;
  }

  private void varint(int value) {
    int rest = value;
    while (rest > 0x7f) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
