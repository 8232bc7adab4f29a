package kontiki.kvstore.mvcc;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Removes what a compaction made unreadable, a bounded piece at a time, beside the commands that
 * are applied meanwhile. How far it came is a member's own affair and lies in {@link Table#META}
 * under {@code 'C'} (the next revision to look at, the last target that was reached); a crash
 * repeats a piece, which changes nothing. Used by one thread.
 */
public final class Compactor {
  private static final byte[] PROGRESS = {'C'};

  private final Engine engine;

  public Compactor(Engine engine) {
    this.engine = engine;
  }

  /**
   * Looks at up to {@code maxRecords} records of history.
   *
   * @return true when nothing is left to remove
   */
  public boolean step(int maxRecords) {
    try (EngineView view = engine.view()) {
      long target = StoreState.read(view).compactRevision();
      byte[] progress = view.get(Table.META, PROGRESS);
      byte[] from =
          progress == null ? Revision.NONE.encode() : Arrays.copyOf(progress, Revision.BYTES);
      long finished = progress == null ? 0 : ByteBuffer.wrap(progress).getLong(Revision.BYTES);
      if (target <= finished) {
        return true;
      }
      return remove(view, from, finished, target, maxRecords);
    }
  }

  /** Whether a compaction at {@code target} leaves no trace of this version. */
  static boolean removes(EngineView view, StoredVersion version, long target) {
    if (version.revision().main() > target) {
      return false;
    }
    if (version.isTombstone()) {
      return version.revision().main() < target;
    }
    byte[] key = new SupersededKey(version.key().toByteArray(), version.revision()).encode();
    byte[] successor = view.get(Table.SUPERSEDED, key);
    return successor != null && Revision.decode(successor).main() <= target;
  }

  private boolean remove(EngineView view, byte[] from, long before, long target, int maxRecords) {
    WriteSet writes = new WriteSet();
    byte[] end = new Revision(target + 1, 0).encode();
    boolean finished;
    try (Cursor cursor = view.cursor(Table.HISTORY, from, end)) {
      for (int i = 0; i < maxRecords && cursor.valid(); i++, cursor.next()) {
        remove(writes, StoredVersion.parse(cursor.value()), target);
      }
      finished = !cursor.valid();
      // A tombstone of the target itself can still be watched: the next compaction begins at it.
      byte[] next = finished ? new Revision(target, 0).encode() : cursor.key();
      writes.put(
          Table.META,
          PROGRESS,
          ByteBuffer.allocate(Revision.BYTES + Long.BYTES)
              .put(next)
              .putLong(finished ? target : before)
              .array());
    }
    engine.write(writes);
    return finished;
  }

  private static void remove(WriteSet writes, StoredVersion version, long target) {
    Revision previous = version.previous();
    if (!previous.equals(Revision.NONE)) {
      writes.delete(Table.HISTORY, previous.encode());
      writes.delete(
          Table.SUPERSEDED, new SupersededKey(version.key().toByteArray(), previous).encode());
    }
    if (version.isTombstone() && version.revision().main() < target) {
      writes.delete(Table.HISTORY, version.revision().encode());
    }
  }
}
