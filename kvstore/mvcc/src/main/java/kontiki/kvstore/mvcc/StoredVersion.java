package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import kontiki.kvstore.api.pb.KeyValue;

/**
 * One version of one key as it lies in the engine, in {@link Table#LATEST} and {@link
 * Table#HISTORY} alike: flags (1 byte), sub revision (4), the revision of the version before it
 * (12, zero: none), then exactly the protobuf bytes of mvccpb.KeyValue, ready to be sent. A
 * tombstone's KeyValue has only the key and the mod revision. Immutable; shares its array.
 */
public final class StoredVersion {
  private static final int PREFIX = 1 + 4 + Revision.BYTES;
  private static final int TOMBSTONE = 1;

  private final byte[] bytes;
  private final Revision revision;
  private final Revision previous;
  private final long createRevision;
  private final long version;
  private final long lease;
  private final ByteString key;
  private final ByteString value;

  private StoredVersion(byte[] bytes) {
    this.bytes = bytes;
    ByteBuffer prefix = ByteBuffer.wrap(bytes, 1, PREFIX - 1);
    int sub = prefix.getInt();
    this.previous = new Revision(prefix.getLong(), prefix.getInt());
    long create = 0;
    long mod = 0;
    long versionField = 0;
    long leaseField = 0;
    ByteString keyField = ByteString.EMPTY;
    ByteString valueField = ByteString.EMPTY;
    CodedInputStream in =
        UnsafeByteOperations.unsafeWrap(bytes, PREFIX, bytes.length - PREFIX).newCodedInput();
    in.enableAliasing(true);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case KeyValue.KEY_FIELD_NUMBER -> keyField = in.readBytes();
          case KeyValue.CREATE_REVISION_FIELD_NUMBER -> create = in.readInt64();
          case KeyValue.MOD_REVISION_FIELD_NUMBER -> mod = in.readInt64();
          case KeyValue.VERSION_FIELD_NUMBER -> versionField = in.readInt64();
          case KeyValue.VALUE_FIELD_NUMBER -> valueField = in.readBytes();
          case KeyValue.LEASE_FIELD_NUMBER -> leaseField = in.readInt64();
          default -> throw new IllegalStateException("unknown field in a stored version: " + tag);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a stored version is damaged", e);
    }
    this.revision = new Revision(mod, sub);
    this.createRevision = create;
    this.version = versionField;
    this.lease = leaseField;
    this.key = keyField;
    this.value = valueField;
  }

  static StoredVersion parse(byte[] bytes) {
    return new StoredVersion(bytes);
  }

  /** The version that a put makes. */
  static StoredVersion put(KeyValue kv, int sub, Revision previous) {
    return encode(kv, sub, previous, 0);
  }

  /** The version that a deletion makes. */
  static StoredVersion tombstone(ByteString key, Revision revision, Revision previous) {
    KeyValue kv = KeyValue.newBuilder().setKey(key).setModRevision(revision.main()).build();
    return encode(kv, revision.sub(), previous, TOMBSTONE);
  }

  private static StoredVersion encode(KeyValue kv, int sub, Revision previous, int flags) {
    int size = kv.getSerializedSize();
    byte[] bytes = new byte[PREFIX + size];
    ByteBuffer.wrap(bytes)
        .put((byte) flags)
        .putInt(sub)
        .putLong(previous.main())
        .putInt(previous.sub());
    try {
      kv.writeTo(CodedOutputStream.newInstance(bytes, PREFIX, size));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new StoredVersion(bytes);
  }

  /** The same without its value, and without holding it in memory. */
  StoredVersion withoutValue() {
    return encode(keyValue(true), revision.sub(), previous, bytes[0]);
  }

  byte[] bytes() {
    return bytes;
  }

  public boolean isTombstone() {
    return bytes[0] == TOMBSTONE;
  }

  public Revision revision() {
    return revision;
  }

  /** Of the version of this key before this one, {@link Revision#NONE} where there was none. */
  Revision previous() {
    return previous;
  }

  public ByteString key() {
    return key;
  }

  ByteString value() {
    return value;
  }

  long createRevision() {
    return createRevision;
  }

  long version() {
    return version;
  }

  long lease() {
    return lease;
  }

  public KeyValue keyValue() {
    return keyValue(false);
  }

  KeyValue keyValue(boolean keyOnly) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setCreateRevision(createRevision)
        .setModRevision(revision.main())
        .setVersion(version)
        .setValue(keyOnly ? ByteString.EMPTY : value)
        .setLease(lease)
        .build();
  }

  /** Only the mod revision, without reading the rest. */
  static long modRevision(byte[] bytes) {
    return parse(bytes).revision.main();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredVersion that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
