package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leases in {@link Table#META}: {@code 'L' id} to the granted TTL in seconds, and {@code 'K' id
 * key} for each key attached. When a lease runs out is not state: the leader knows, and revokes.
 */
public final class LeaseTable {
  private static final byte LEASE = 'L';
  private static final byte KEY = 'K';
  private static final int PREFIX = 1 + Long.BYTES;

  private LeaseTable() {}

  /**
   * @param ttlSeconds as granted
   */
  public record Lease(long id, long ttlSeconds) {}

  /** Null where there is no such lease. */
  public static @Nullable Lease find(EngineView view, long id) {
    byte[] ttl = view.get(Table.META, prefix(LEASE, id));
    return ttl == null ? null : new Lease(id, ByteBuffer.wrap(ttl).getLong());
  }

  /** All leases, by id. */
  public static List<Lease> all(EngineView view) {
    List<Lease> leases = new ArrayList<>();
    try (Cursor cursor = view.cursor(Table.META, new byte[] {LEASE}, new byte[] {LEASE + 1})) {
      for (; cursor.valid(); cursor.next()) {
        long id = ByteBuffer.wrap(cursor.key(), 1, Long.BYTES).getLong();
        leases.add(new Lease(id, ByteBuffer.wrap(cursor.value()).getLong()));
      }
    }
    return leases;
  }

  /** The keys attached to the lease, in key order. */
  public static List<ByteString> keys(EngineView view, long id) {
    List<ByteString> keys = new ArrayList<>();
    byte[] from = prefix(KEY, id);
    try (Cursor cursor = view.cursor(Table.META, from, next(from))) {
      for (; cursor.valid(); cursor.next()) {
        byte[] key = cursor.key();
        keys.add(ByteString.copyFrom(key, PREFIX, key.length - PREFIX));
      }
    }
    return keys;
  }

  static void grant(WriteSet writes, Lease lease) {
    writes.put(
        Table.META,
        prefix(LEASE, lease.id()),
        ByteBuffer.allocate(Long.BYTES).putLong(lease.ttlSeconds()).array());
  }

  static void revoke(WriteSet writes, long id) {
    writes.delete(Table.META, prefix(LEASE, id));
  }

  /** The key belongs to another lease from now on; 0 stands for none. */
  static void move(WriteSet writes, ByteString key, long from, long to) {
    if (from == to) {
      return;
    }
    if (from != 0) {
      writes.delete(Table.META, attachment(from, key));
    }
    if (to != 0) {
      writes.put(Table.META, attachment(to, key), new byte[0]);
    }
  }

  private static byte[] attachment(long id, ByteString key) {
    byte[] bytes = Arrays.copyOf(prefix(KEY, id), PREFIX + key.size());
    key.copyTo(bytes, PREFIX);
    return bytes;
  }

  private static byte[] prefix(byte kind, long id) {
    return ByteBuffer.allocate(PREFIX).put(kind).putLong(id).array();
  }

  /** The key after every key with this prefix; the kind byte keeps it from overflowing. */
  private static byte[] next(byte[] prefix) {
    byte[] next = prefix.clone();
    for (int i = next.length - 1; ++next[i] == 0; ) {
      i--;
    }
    return next;
  }
}
