package kontiki.kvstore.mvcc;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the state machine, written with every entry.
 *
 * @param appliedIndex raft index of the last entry applied, -1 before the first
 * @param appliedTerm its term
 * @param revision of the store; 1 before the first change
 * @param compactRevision the oldest revision that can be read; -1 before the first compaction
 * @param timeMillis the latest time that an entry carried, since 1970
 */
public record StoreState(
    long appliedIndex, long appliedTerm, long revision, long compactRevision, long timeMillis) {
  public static final StoreState INITIAL = new StoreState(-1, 0, 1, -1, 0);

  static final byte[] KEY = {'S'};
  private static final byte FORMAT = 1;

  byte[] encode() {
    return ByteBuffer.allocate(1 + 5 * Long.BYTES)
        .put(FORMAT)
        .putLong(appliedIndex)
        .putLong(appliedTerm)
        .putLong(revision)
        .putLong(compactRevision)
        .putLong(timeMillis)
        .array();
  }

  static StoreState read(EngineView view) {
    byte @Nullable [] bytes = view.get(Table.META, KEY);
    if (bytes == null) {
      return INITIAL;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte format = buffer.get();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "the store's data has format "
              + format
              + ", this program reads "
              + FORMAT
              + ": use the version that wrote it");
    }
    return new StoreState(
        buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  StoreState withRevision(long newRevision) {
    return new StoreState(appliedIndex, appliedTerm, newRevision, compactRevision, timeMillis);
  }

  StoreState withCompactRevision(long newCompactRevision) {
    return new StoreState(appliedIndex, appliedTerm, revision, newCompactRevision, timeMillis);
  }

  StoreState applied(long index, long term, long time) {
    return new StoreState(index, term, revision, compactRevision, Math.max(timeMillis, time));
  }
}
