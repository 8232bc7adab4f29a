package kontiki.kvstore.mvcc;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * A view with a {@link WriteSet} on top: the commands of one log entry see what the earlier ones
 * wrote before any of it reaches the engine. Used by one thread; cursors do not see writes made
 * after they were positioned. Closing it leaves the base open.
 */
final class Overlay implements EngineView {
  private final EngineView base;
  private final WriteSet writes;

  Overlay(EngineView base, WriteSet writes) {
    this.base = base;
    this.writes = writes;
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    byte[] pending = writes.pending(table).get(key);
    if (pending != null) {
      return WriteSet.isDeleted(pending) ? null : pending;
    }
    return base.get(table, key);
  }

  @Override
  public Cursor cursor(Table table, byte[] from, byte @Nullable [] to) {
    Cursor below = base.cursor(table, from, to);
    NavigableMap<byte[], byte[]> pending = writes.pending(table);
    boolean empty = to != null && Arrays.compareUnsigned(from, to) >= 0;
    if (pending.isEmpty() || empty) {
      return below;
    }
    NavigableMap<byte[], byte[]> part =
        to == null ? pending.tailMap(from, true) : pending.subMap(from, true, to, false);
    return part.isEmpty() ? below : new Merged(below, part, from);
  }

  @Override
  public void close() {}

  private static final class Merged implements Cursor {
    private final Cursor below;
    private final NavigableMap<byte[], byte[]> pending;
    private final byte[] from;
    private Iterator<Map.Entry<byte[], byte[]>> above;
    private Map.@Nullable Entry<byte[], byte[]> top;
    private boolean onTop;

    Merged(Cursor below, NavigableMap<byte[], byte[]> pending, byte[] from) {
      this.below = below;
      this.pending = pending;
      this.from = from;
      this.above = pending.entrySet().iterator();
      this.top = above.hasNext() ? above.next() : null;
      settle();
    }

    @Override
    public boolean valid() {
      return top != null || below.valid();
    }

    @Override
    public void seek(byte[] key) {
      byte[] start = Arrays.compareUnsigned(key, from) < 0 ? from : key;
      below.seek(start);
      above = pending.tailMap(start, true).entrySet().iterator();
      top = above.hasNext() ? above.next() : null;
      settle();
    }

    @Override
    public void next() {
      if (onTop) {
        advanceTop();
      } else {
        below.next();
      }
      settle();
    }

    @Override
    public byte[] key() {
      return onTop && top != null ? top.getKey() : below.key();
    }

    @Override
    public byte[] value() {
      return onTop && top != null ? top.getValue() : below.value();
    }

    @Override
    public void close() {
      below.close();
    }

    /** Decides which of the two is first; skips what is deleted and what is overwritten. */
    private void settle() {
      onTop = false;
      while (top != null) {
        int order = below.valid() ? Arrays.compareUnsigned(top.getKey(), below.key()) : -1;
        if (order > 0) {
          return;
        }
        if (order == 0) {
          below.next();
        }
        if (!WriteSet.isDeleted(top.getValue())) {
          onTop = true;
          return;
        }
        advanceTop();
      }
    }

    private void advanceTop() {
      top = above.hasNext() ? above.next() : null;
    }
  }
}
