package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import kontiki.kvstore.api.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * Walks the versions of a key range that were current at one revision, in key order. At the head
 * that is one sequential scan. At an older revision two scans are merged: the keys whose newest
 * version is old enough, and the superseded versions that were still valid then. Used by one
 * thread; memory is one version.
 */
final class VersionScan implements AutoCloseable {
  /** The revision to ask for where the newest state is meant, unwritten changes included. */
  static final long HEAD = Long.MAX_VALUE;

  private final EngineView view;
  private final long at;
  private final Cursor latest;
  private final @Nullable Cursor superseded;
  private byte @Nullable [] newest;
  private @Nullable SupersededKey old;
  private boolean started;
  private byte @Nullable [] current;

  private VersionScan(EngineView view, KeyRange range, long at) {
    this.view = view;
    this.at = at;
    byte[] from = range.key().toByteArray();
    byte @Nullable [] to = upperBound(range, from);
    this.latest = view.cursor(Table.LATEST, from, to);
    this.superseded =
        at == HEAD
            ? null
            : view.cursor(
                Table.SUPERSEDED,
                SupersededKey.beforeAll(from),
                to == null ? null : SupersededKey.beforeAll(to));
  }

  static VersionScan open(EngineView view, KeyRange range, long at) {
    return new VersionScan(view, range, at);
  }

  /** The newest version of one key, null where there is none. */
  static @Nullable StoredVersion latest(EngineView view, ByteString key) {
    byte[] bytes = view.get(Table.LATEST, key.toByteArray());
    return bytes == null ? null : StoredVersion.parse(bytes);
  }

  /** Goes to the next version; false at the end. */
  boolean next() {
    if (superseded == null) {
      if (started && latest.valid()) {
        latest.next();
      }
      started = true;
      current = null;
      return latest.valid();
    }
    return nextMerged(superseded);
  }

  StoredVersion version() {
    byte[] bytes = current;
    if (bytes == null) {
      bytes = latest.value();
      current = bytes;
    }
    return StoredVersion.parse(bytes);
  }

  @Override
  public void close() {
    latest.close();
    if (superseded != null) {
      superseded.close();
    }
  }

  private boolean nextMerged(Cursor superseded) {
    if (!started) {
      started = true;
      newest = nextNewest();
      old = nextOld(superseded);
    }
    if (newest == null && old == null) {
      return false;
    }
    boolean oldFirst =
        old != null && (newest == null || Arrays.compareUnsigned(old.key(), latest.key()) < 0);
    if (oldFirst && old != null) {
      current = history(old.revision());
      old = nextOld(superseded);
    } else {
      current = newest;
      latest.next();
      newest = nextNewest();
    }
    return true;
  }

  /** The next newest version that is not younger than the revision; the cursor stays on it. */
  private byte @Nullable [] nextNewest() {
    for (; latest.valid(); latest.next()) {
      byte[] bytes = latest.value();
      if (StoredVersion.modRevision(bytes) <= at) {
        return bytes;
      }
    }
    return null;
  }

  /** The next superseded version that was valid at the revision; the cursor leaves its key. */
  private @Nullable SupersededKey nextOld(Cursor superseded) {
    while (superseded.valid()) {
      byte[] key = SupersededKey.decode(superseded.key()).key();
      SupersededKey found = null;
      superseded.seek(SupersededKey.notAfter(key, at));
      if (superseded.valid()) {
        SupersededKey candidate = SupersededKey.decode(superseded.key());
        boolean valid = Revision.decode(superseded.value()).main() > at;
        found = valid && Arrays.equals(candidate.key(), key) ? candidate : null;
      }
      superseded.seek(SupersededKey.afterAll(key));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private byte[] history(Revision revision) {
    byte[] bytes = view.get(Table.HISTORY, revision.encode());
    if (bytes == null) {
      throw new IllegalStateException("history lacks revision " + revision);
    }
    return bytes;
  }

  private static byte @Nullable [] upperBound(KeyRange range, byte[] from) {
    if (range.isSingle()) {
      return Arrays.copyOf(from, from.length + 1);
    }
    return range.isUnbounded() ? null : range.end().toByteArray();
  }
}
