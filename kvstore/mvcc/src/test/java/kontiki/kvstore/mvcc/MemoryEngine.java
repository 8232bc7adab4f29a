package kontiki.kvstore.mvcc;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The dumb twin of the real engine: sorted maps in the heap, copied at every write. */
final class MemoryEngine implements Engine {
  private Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);

  MemoryEngine() {
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  @Override
  public synchronized EngineView view() {
    return new View(tables);
  }

  @Override
  public synchronized void write(WriteSet writes) {
    Map<Table, NavigableMap<byte[], byte[]>> copy = new EnumMap<>(Table.class);
    tables.forEach((table, map) -> copy.put(table, new TreeMap<>(map)));
    writes.forEach((table, key, value) -> {
      if (value == null) {
        copy.get(table).remove(key);
      } else {
        copy.get(table).put(key, value);
      }
    });
    tables = copy;
  }

  synchronized int size(Table table) {
    return tables.get(table).size();
  }

  @Override
  public void flush() {}

  @Override
  public void checkpoint(Path directory) {
    throw new UnsupportedOperationException("memory has no checkpoint");
  }

  @Override
  public void reclaim() {}

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public long sizeInUseBytes() {
    return 0;
  }

  @Override
  public void close() {}

  private record View(Map<Table, NavigableMap<byte[], byte[]>> tables) implements EngineView {
    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
      return tables.get(table).get(key);
    }

    @Override
    public Cursor cursor(Table table, byte[] from, byte @Nullable [] to) {
      return new MapCursor(tables.get(table), from, to);
    }

    @Override
    public void close() {}
  }

  private static final class MapCursor implements Cursor {
    private final NavigableMap<byte[], byte[]> map;
    private final byte[] from;
    private final byte @Nullable [] to;
    private Map.@Nullable Entry<byte[], byte[]> at;

    MapCursor(NavigableMap<byte[], byte[]> map, byte[] from, byte @Nullable [] to) {
      this.map = map;
      this.from = from;
      this.to = to;
      settle(map.ceilingEntry(from));
    }

    @Override
    public boolean valid() {
      return at != null;
    }

    @Override
    public void seek(byte[] key) {
      settle(map.ceilingEntry(Arrays.compareUnsigned(key, from) < 0 ? from : key));
    }

    @Override
    public void next() {
      settle(map.higherEntry(at.getKey()));
    }

    @Override
    public byte[] key() {
      return at.getKey();
    }

    @Override
    public byte[] value() {
      return at.getValue();
    }

    @Override
    public void close() {}

    private void settle(Map.@Nullable Entry<byte[], byte[]> entry) {
      boolean past = entry != null && to != null && Arrays.compareUnsigned(entry.getKey(), to) >= 0;
      at = past ? null : entry;
    }
  }
}
