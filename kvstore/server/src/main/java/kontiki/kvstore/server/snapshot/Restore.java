package kontiki.kvstore.server.snapshot;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kontiki.kvstore.api.bolt.BoltReader;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;
import kontiki.kvstore.mvcc.HistoryImport;
import kontiki.kvstore.mvcc.HistoryRecord;
import kontiki.kvstore.mvcc.LeaseTable;
import kontiki.kvstore.mvcc.rocks.RocksEngine;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import kontiki.kvstore.server.StartException;

/**
 * Makes the engine of a new member out of a snapshot that this store or etcd gave. Every member of
 * a new cluster must be restored from the same file. Members, alarms and downgrades of the old
 * cluster are left behind.
 */
public final class Restore {
  /**
   * The raft position that stands for the restored state. It is not the first, so that a member
   * with an empty disk fetches the state of another instead of beginning with the log.
   */
  static final long INDEX = 1;

  static final long TERM = 1;

  private static final int DIGEST_BYTES = 32;
  private static final int SECTOR_BYTES = 512;
  private static final int CHUNK_BYTES = 1 << 20;

  private Restore() {}

  /**
   * How to restore.
   *
   * @param bump added to the newest revision, below which all then counts as compacted: so no
   *     client sees a revision twice with another meaning; 0: revisions are as in the file
   * @param checkDigest whether the file must end with its SHA-256, as a saved snapshot does and a
   *     copied database does not
   */
  public record Options(long bump, boolean checkDigest) {}

  /**
   * What was restored.
   *
   * @param revision of the new store
   * @param versions that were read
   */
  public record Summary(long revision, long versions) {}

  /**
   * Fills {@code engineDirectory}, which must not exist.
   *
   * @throws StartException the file cannot be restored; says why
   */
  public static Summary run(Path snapshot, Path engineDirectory, Options options)
      throws IOException {
    try (FileChannel file = FileChannel.open(snapshot, StandardOpenOption.READ)) {
      if (options.checkDigest()) {
        checkDigest(snapshot, file);
      }
      BoltReader reader = open(snapshot, file);
      try (RocksEngine engine = RocksEngine.open(engineDirectory, RocksSettings.DEFAULT)) {
        return fill(reader, new HistoryImport(engine), options);
      } catch (IllegalArgumentException e) {
        throw new StartException(snapshot + " is damaged: " + e.getMessage());
      }
    }
  }

  private static BoltReader open(Path snapshot, FileChannel file) throws IOException {
    try {
      BoltReader reader = new BoltReader(file);
      if (!reader.buckets().contains("key")) {
        throw new StartException(snapshot + " is a database, but not etcd's: it has no keys");
      }
      return reader;
    } catch (IOException e) {
      throw new StartException(snapshot + ": " + e.getMessage());
    }
  }

  private static Summary fill(BoltReader reader, HistoryImport history, Options options)
      throws IOException {
    long[] versions = {0};
    reader.forEach(
        "key",
        (name, value) -> {
          history.version(new HistoryRecord(name, value));
          versions[0]++;
        });
    reader.forEach("lease", (_, lease) -> history.lease(lease(lease)));
    auth(reader, history);
    long compactRevision =
        Math.max(meta(reader, "scheduledCompactRev"), meta(reader, "finishedCompactRev"));
    long revision = Math.max(history.revision(), compactRevision) + options.bump();
    history.finish(revision, options.bump() > 0 ? revision : compactRevision, INDEX, TERM);
    return new Summary(revision, versions[0]);
  }

  /** The number in the bucket of that name; -1 where there is none. */
  private static long meta(BoltReader reader, String name) throws IOException {
    byte[] found = value(reader, "meta", name);
    return found.length >= Long.BYTES ? ByteBuffer.wrap(found).getLong() : -1;
  }

  /** A leasepb.Lease: ID is field 1, TTL field 2. What remained of it starts anew. */
  private static LeaseTable.Lease lease(byte[] bytes) throws IOException {
    CodedInputStream fields = CodedInputStream.newInstance(bytes);
    long id = 0;
    long ttl = 0;
    for (int tag = fields.readTag(); tag != 0; tag = fields.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> id = fields.readInt64();
        case 2 -> ttl = fields.readInt64();
        default -> {
          var unused = fields.skipField(tag);
        }
      }
    }
    return new LeaseTable.Lease(id, ttl);
  }

  /** Users and roles; a store that has them switched on stays locked. */
  private static void auth(BoltReader reader, HistoryImport history) throws IOException {
    byte[] enabled = value(reader, "auth", "authEnabled");
    byte[] revision = value(reader, "auth", "authRevision");
    history.auth(
        Arrays.equals(enabled, new byte[] {1}),
        revision.length == Long.BYTES ? Math.max(1, ByteBuffer.wrap(revision).getLong()) : 1,
        all(reader, "authUsers", User.parser()),
        all(reader, "authRoles", Role.parser()));
  }

  private static <T> List<T> all(BoltReader reader, String bucket, Parser<T> parser)
      throws IOException {
    List<T> found = new ArrayList<>();
    if (reader.buckets().contains(bucket)) {
      reader.forEach(bucket, (_, value) -> found.add(parser.parseFrom(value)));
    }
    return found;
  }

  /** Empty where there is none. */
  private static byte[] value(BoltReader reader, String bucket, String name) throws IOException {
    byte[][] found = {new byte[0]};
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    if (reader.buckets().contains(bucket)) {
      reader.forEach(
          bucket,
          (key, value) -> {
            if (Arrays.equals(key, wanted)) {
              found[0] = value;
            }
          });
    }
    return found[0];
  }

  private static void checkDigest(Path snapshot, FileChannel file) throws IOException {
    long size = file.size() - DIGEST_BYTES;
    if (size < 0 || size % SECTOR_BYTES != 0) {
      throw new StartException(
          snapshot
              + " does not end with a checksum: it is cut off, or a copied database; restore the"
              + " latter with --skip-hash-check");
    }
    MessageDigest digest = sha256();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (long at = 0; at < size; at += chunk.remaining()) {
      read(file, chunk.clear().limit((int) Math.min(CHUNK_BYTES, size - at)), at);
      digest.update(chunk.flip());
      chunk.flip();
    }
    ByteBuffer expected = ByteBuffer.allocate(DIGEST_BYTES);
    read(file, expected, size);
    if (!Arrays.equals(expected.array(), digest.digest())) {
      throw new StartException(
          snapshot + " is damaged: its content does not match its checksum; use another snapshot");
    }
  }

  private static void read(FileChannel file, ByteBuffer into, long position) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int read = file.read(into, at);
      if (read < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
      at += read;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
