package kontiki.kvstore.mvcc;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.Collection;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;

/**
 * Fills an empty engine with a history that another store wrote. Versions come in the order of
 * their revisions, then {@link #finish} makes it a store. Memory is one bounded batch. Used by one
 * thread; an import that was not finished leaves an engine that must be thrown away.
 */
public final class HistoryImport {
  private static final int NAME_BYTES = 17;
  private static final int BATCH_BYTES = 4 << 20;
  private static final int BATCH_VERSIONS = 10_000;

  private final Engine engine;
  private WriteSet writes = new WriteSet();
  private EngineView base;
  private Overlay view;
  private int batchBytes;
  private int batchVersions;
  private long revision = 1;

  /**
   * @param engine empty; stays the caller's
   */
  public HistoryImport(Engine engine) {
    this.engine = engine;
    this.base = engine.view();
    this.view = new Overlay(base, writes);
    if (base.get(Table.META, StoreState.KEY) != null) {
      throw new IllegalArgumentException("the engine is not empty");
    }
  }

  /** The newest revision seen so far. */
  public long revision() {
    return revision;
  }

  /** Throws IllegalArgumentException where the record is no version. */
  public void version(HistoryRecord record) {
    Revision at = revisionOf(record.name());
    revision = Math.max(revision, at.main());
    KeyValue kv = keyValue(record.value());
    if (kv.getKey().isEmpty()) {
      // etcdutl marks a revision that it skipped to like this.
      return;
    }
    StoredVersion old = VersionScan.latest(view, kv.getKey());
    Revision previous = old == null ? Revision.NONE : old.revision();
    byte[] key = kv.getKey().toByteArray();
    boolean tombstone = record.name().length > NAME_BYTES;
    StoredVersion version =
        tombstone
            ? StoredVersion.tombstone(kv.getKey(), at, previous)
            : StoredVersion.put(
                kv.toBuilder().setModRevision(at.main()).build(), at.sub(), previous);
    if (tombstone) {
      writes.delete(Table.LATEST, key);
    } else {
      writes.put(Table.LATEST, key, version.bytes());
    }
    writes.put(Table.HISTORY, at.encode(), version.bytes());
    if (old != null) {
      writes.put(Table.SUPERSEDED, new SupersededKey(key, old.revision()).encode(), at.encode());
    }
    LeaseTable.move(
        writes, kv.getKey(), old == null ? 0 : old.lease(), tombstone ? 0 : version.lease());
    batchBytes += version.bytes().length;
    if (++batchVersions >= BATCH_VERSIONS || batchBytes >= BATCH_BYTES) {
      flush();
    }
  }

  /**
   * Users and roles.
   *
   * @param authRevision at least 1
   */
  public void auth(
      boolean enabled, long authRevision, Collection<User> users, Collection<Role> roles) {
    AuthTable.write(writes, AuthState.INITIAL, AuthState.of(enabled, authRevision, users, roles));
  }

  public void lease(LeaseTable.Lease lease) {
    LeaseTable.grant(writes, lease);
  }

  /**
   * Makes what was imported a store.
   *
   * @param newRevision at least the newest of the history
   * @param compactRevision below which nothing can be read any more, -1: none
   * @param appliedIndex raft index that stands for the whole import, with its term
   */
  public void finish(long newRevision, long compactRevision, long appliedIndex, long appliedTerm) {
    if (newRevision < revision || compactRevision > newRevision) {
      throw new IllegalArgumentException(
          "revision " + newRevision + " is before " + Math.max(revision, compactRevision));
    }
    StoreState state = new StoreState(appliedIndex, appliedTerm, newRevision, compactRevision, 0);
    writes.put(Table.META, StoreState.KEY, state.encode());
    flush();
    engine.flush();
    base.close();
  }

  private void flush() {
    engine.write(writes);
    base.close();
    writes = new WriteSet();
    base = engine.view();
    view = new Overlay(base, writes);
    batchBytes = 0;
    batchVersions = 0;
  }

  private static Revision revisionOf(byte[] name) {
    if (name.length < NAME_BYTES || name[Long.BYTES] != '_') {
      throw new IllegalArgumentException("a version's name has " + name.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(name);
    return new Revision(buffer.getLong(0), Math.toIntExact(buffer.getLong(Long.BYTES + 1)));
  }

  private static KeyValue keyValue(byte[] value) {
    try {
      return KeyValue.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a version's value is no KeyValue", e);
    }
  }
}
