package kontiki.kvstore.mvcc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import kontiki.kvstore.api.pb.KeyValue;

/**
 * The hash by which etcd members compare their history: CRC32C over {@code "key"}, then for each
 * revision that a compaction keeps its 17 byte name (8 main, '_', 8 sub; 't' after a tombstone) and
 * its KeyValue.
 */
final class KvHash {
  private static final byte[] BUCKET = "key".getBytes(StandardCharsets.US_ASCII);
  private static final int NAME_BYTES = 17;

  private KvHash() {}

  static int of(EngineView view, StoreState state, long revision) {
    Ranges.checkRevision(state, revision);
    long last = revision <= 0 ? state.revision() : revision;
    CRC32C crc = new CRC32C();
    crc.update(BUCKET);
    byte[] end = new Revision(last + 1, 0).encode();
    try (Cursor cursor = view.cursor(Table.HISTORY, Revision.NONE.encode(), end)) {
      for (; cursor.valid(); cursor.next()) {
        StoredVersion version = StoredVersion.parse(cursor.value());
        if (!isCompacted(view, state, version)) {
          add(crc, version);
        }
      }
    }
    return (int) crc.getValue();
  }

  /** True for what a compaction will remove, or has removed on another member already. */
  private static boolean isCompacted(EngineView view, StoreState state, StoredVersion version) {
    long compacted = state.compactRevision();
    if (version.revision().main() > compacted) {
      return false;
    }
    if (version.isTombstone()) {
      return version.revision().main() < compacted;
    }
    byte[] key = new SupersededKey(version.key().toByteArray(), version.revision()).encode();
    byte[] successor = view.get(Table.SUPERSEDED, key);
    return successor != null && Revision.decode(successor).main() <= compacted;
  }

  private static void add(CRC32C crc, StoredVersion version) {
    boolean tombstone = version.isTombstone();
    ByteBuffer name = ByteBuffer.allocate(NAME_BYTES + (tombstone ? 1 : 0));
    name.putLong(version.revision().main()).put((byte) '_').putLong(version.revision().sub());
    if (tombstone) {
      name.put((byte) 't');
    }
    crc.update(name.flip());
    KeyValue kv =
        tombstone ? KeyValue.newBuilder().setKey(version.key()).build() : version.keyValue();
    crc.update(kv.toByteArray());
  }
}
