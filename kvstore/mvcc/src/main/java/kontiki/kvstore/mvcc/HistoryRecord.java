package kontiki.kvstore.mvcc;

import java.nio.ByteBuffer;
import kontiki.kvstore.api.pb.KeyValue;

/**
 * A version as etcd's database holds it.
 *
 * @param name 17 bytes: 8 of the revision, '_', 8 of the change's number in it; a 't' follows for a
 *     tombstone
 * @param value the bytes of a KeyValue; of a tombstone's only the key is set
 */
public record HistoryRecord(byte[] name, byte[] value) {
  private static final int NAME_BYTES = 17;

  static HistoryRecord of(StoredVersion version) {
    boolean tombstone = version.isTombstone();
    ByteBuffer name = ByteBuffer.allocate(NAME_BYTES + (tombstone ? 1 : 0));
    name.putLong(version.revision().main()).put((byte) '_').putLong(version.revision().sub());
    if (tombstone) {
      name.put((byte) 't');
    }
    KeyValue kv =
        tombstone ? KeyValue.newBuilder().setKey(version.key()).build() : version.keyValue();
    return new HistoryRecord(name.array(), kv.toByteArray());
  }
}
