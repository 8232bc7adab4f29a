package kontiki.kvstore.mvcc;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import kontiki.kvstore.api.KeyRange;

/**
 * The hash by which etcd members compare their history: CRC32C over {@code "key"}, then for each
 * revision up to the one asked for its 17 byte name (8 main, '_', 8 sub; 't' after a tombstone) and
 * its KeyValue. Of what lies at or below the compacted revision only those versions count that a
 * compaction at the revision asked for would keep, and no tombstone: so members agree however far
 * each has come with removing, and so do etcd's releases with different rules for tombstones.
 */
final class KvHash {
  private static final byte[] BUCKET = "key".getBytes(StandardCharsets.US_ASCII);

  private KvHash() {}

  static int of(EngineView view, StoreState state, long revision) {
    Ranges.checkRevision(state, revision);
    long last = revision <= 0 ? state.revision() : revision;
    long keptUpTo = hasKeys(view, state, last) ? last : state.compactRevision();
    CRC32C crc = new CRC32C();
    crc.update(BUCKET);
    byte[] end = new Revision(last + 1, 0).encode();
    try (Cursor cursor = view.cursor(Table.HISTORY, Revision.NONE.encode(), end)) {
      for (; cursor.valid(); cursor.next()) {
        StoredVersion version = StoredVersion.parse(cursor.value());
        if (version.revision().main() > state.compactRevision()
            || isKept(view, version, keptUpTo)) {
          HistoryRecord record = HistoryRecord.of(version);
          crc.update(record.name());
          crc.update(record.value());
        }
      }
    }
    return (int) crc.getValue();
  }

  /** Without a single key etcd has nothing to keep, and then skips nothing but what is gone. */
  private static boolean hasKeys(EngineView view, StoreState state, long revision) {
    long at = revision >= state.revision() ? VersionScan.HEAD : revision;
    try (VersionScan scan = VersionScan.open(view, KeyRange.all(), at)) {
      return scan.next();
    }
  }

  private static boolean isKept(EngineView view, StoredVersion version, long upTo) {
    if (version.isTombstone()) {
      return false;
    }
    byte[] key = new SupersededKey(version.key().toByteArray(), version.revision()).encode();
    byte[] successor = view.get(Table.SUPERSEDED, key);
    return successor == null || Revision.decode(successor).main() > upTo;
  }
}
