package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import kontiki.kvstore.api.bolt.BoltReader;
import kontiki.kvstore.api.pb.KeyValue;

/**
 * What a snapshot holds, as etcdutl says it.
 *
 * @param hash CRC32C over the names and contents of all buckets
 * @param revision the newest
 * @param totalKeys keys that exist at it
 * @param totalSize bytes of the database, without the checksum after it
 */
record SnapshotFile(int hash, long revision, long totalKeys, long totalSize) {
  private static final int NAME_BYTES = 17;

  /** Reads the whole file; memory is that of its keys' names. */
  static SnapshotFile read(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      BoltReader reader = new BoltReader(file);
      CRC32C crc = new CRC32C();
      long[] revision = {0};
      Set<ByteString> keys = new HashSet<>();
      for (String bucket : reader.buckets()) {
        crc.update(bucket.getBytes(StandardCharsets.UTF_8));
        boolean history = bucket.equals("key");
        reader.forEach(
            bucket,
            (name, value) -> {
              crc.update(name);
              crc.update(value);
              if (history) {
                revision[0] = ByteBuffer.wrap(name).getLong();
                ByteString key = KeyValue.parseFrom(value).getKey();
                var unused = name.length > NAME_BYTES ? keys.remove(key) : keys.add(key);
              }
            });
      }
      return new SnapshotFile((int) crc.getValue(), revision[0], keys.size(), reader.size());
    }
  }
}
