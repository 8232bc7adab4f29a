package kontiki.orchestrator.apiserver.storage;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A revisioned key-value store of opaque bytes: what the API server needs of etcd and nothing more.
 *
 * <p>Guarantees: every write is a compare-and-set on the key's modification revision; revisions are
 * positive and grow with every write of the whole store; {@link #get} and a {@link #list} at
 * revision 0 are linearizable. Byte arrays that were handed over or received are never changed by
 * either side. Methods block the calling (virtual) thread and may be called from any thread.
 *
 * @throws StorageException (every method) when the store does not answer as it should
 */
public interface Storage extends AutoCloseable {
  /** No time to live: the key stays until it is deleted. */
  int FOREVER = 0;

  /** One stored value and the revision of its last write. */
  record Entry(String key, byte[] value, long revision) {}

  /**
   * What was found under a key, and how far the store was: the entry is null when there is none.
   */
  record Lookup(@Nullable Entry entry, long storeRevision) {}

  /**
   * Part of a range in key order.
   *
   * @param revision the revision at which the range was read
   * @param remaining how many keys of the range come after the last entry
   */
  record Page(List<Entry> entries, long revision, long remaining) {}

  /** What became of a compare-and-set. */
  sealed interface WriteResult {
    /** The write took place at this revision. */
    record Written(long revision) implements WriteResult {}

    /** The key was not at the expected revision; null when it does not exist. */
    record Conflict(@Nullable Entry current) implements WriteResult {}
  }

  /** A change of one key; a deletion has no value. */
  record Event(String key, byte @Nullable [] value, long revision) {
    public boolean isDeletion() {
      return value == null;
    }
  }

  /** Receives what a watch sees, in revision order, on a thread of the store's client. */
  interface Listener {
    /** All changes of one or more whole revisions, up to and including {@code revision}. */
    void changed(List<Event> events, long revision);

    /** The watch is over and will report nothing more. */
    void ended(WatchEnd end);
  }

  /** Why a watch ended. */
  sealed interface WatchEnd {
    /** The start revision is no longer in the store; the first that is. */
    record Compacted(long oldestRevision) implements WatchEnd {}

    /** The connection or the server failed. */
    record Failed(StorageException cause) implements WatchEnd {}
  }

  /** A running watch; closing it ends it without a further report. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Writes a key that must not exist.
   *
   * @param ttlSeconds after how many seconds the key disappears (at the earliest), or {@link
   *     #FOREVER}
   */
  WriteResult create(String key, byte[] value, int ttlSeconds);

  Lookup get(String key);

  /**
   * Reads keys that start with {@code prefix}.
   *
   * @param startAfter only keys greater than this one; empty for the beginning
   * @param limit at most so many entries, 0 for all
   * @param revision at which to read, 0 for the latest
   * @throws RevisionCompactedException when the revision is no longer kept
   * @throws FutureRevisionException when the store has not reached the revision
   */
  Page list(String prefix, String startAfter, int limit, long revision);

  /** Replaces the value of a key whose modification revision is the expected one. */
  WriteResult replace(String key, byte[] value, long expectedRevision, int ttlSeconds);

  /** Deletes a key whose modification revision is the expected one. */
  WriteResult delete(String key, long expectedRevision);

  /**
   * Replaces the value of a key by a function of the current value, as often as others come in
   * between. The function must not have side effects; an exception of it ends the attempt.
   *
   * @param known a value believed to be current, which saves a read, or null
   * @return the entry as written, or null when the key does not exist
   */
  default @Nullable Entry guaranteedUpdate(
      String key, @Nullable Entry known, int ttlSeconds, UnaryOperator<Entry> change) {
    Entry current = known == null ? get(key).entry() : known;
    while (current != null) {
      byte[] next = change.apply(current).value();
      switch (replace(key, next, current.revision(), ttlSeconds)) {
        case WriteResult.Written written -> {
          return new Entry(key, next, written.revision());
        }
        case WriteResult.Conflict conflict -> current = conflict.current();
      }
    }
    return null;
  }

  /** The store's revision now; linearizable. */
  long currentRevision();

  /**
   * Reports every change of keys with the prefix whose revision is greater than {@code
   * afterRevision}.
   */
  Watch watch(String prefix, long afterRevision, Listener listener);

  /** Drops history up to the revision; reads and watches before it fail from then on. */
  void compact(long revision);

  @Override
  void close();
}
