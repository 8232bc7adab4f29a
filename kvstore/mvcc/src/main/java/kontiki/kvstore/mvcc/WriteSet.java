package kontiki.kvstore.mvcc;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes of one atomic write, the last one of a key counts; readable while it grows. Used
 * by one thread. The arrays given to it belong to it from then on.
 */
public final class WriteSet {
  private static final byte[] DELETED = new byte[0];

  private final EnumMap<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);

  public WriteSet() {
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  @FunctionalInterface
  public interface Visitor {
    /**
     * @param value null: the key is deleted
     */
    void write(Table table, byte[] key, byte @Nullable [] value);
  }

  public void put(Table table, byte[] key, byte[] value) {
    pending(table).put(key, value);
  }

  public void delete(Table table, byte[] key) {
    pending(table).put(key, DELETED);
  }

  public boolean isEmpty() {
    return tables.values().stream().allMatch(Map::isEmpty);
  }

  /** Tables in their order, keys in theirs. */
  public void forEach(Visitor visitor) {
    for (Table table : Table.values()) {
      pending(table)
          .forEach((key, value) -> visitor.write(table, key, isDeleted(value) ? null : value));
    }
  }

  NavigableMap<byte[], byte[]> pending(Table table) {
    return Objects.requireNonNull(tables.get(table));
  }

  /** Whether a value of {@link #pending} stands for "deleted". */
  static boolean isDeleted(byte[] value) {
    return value == DELETED;
  }
}
