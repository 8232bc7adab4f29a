package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one command: all get the same main revision, and sub revisions in order. Writes go
 * to a {@link WriteSet}; reads see them. Used by one thread.
 */
final class Transaction {
  private final Overlay view;
  private final WriteSet writes;
  private final StoreState before;
  private final List<Change> changes = new ArrayList<>();

  Transaction(Overlay view, WriteSet writes, StoreState before) {
    this.view = view;
    this.writes = writes;
    this.before = before;
  }

  EngineView view() {
    return view;
  }

  StoreState before() {
    return before;
  }

  List<Change> changes() {
    return changes;
  }

  /** Of the store as this transaction sees it now. */
  long revision() {
    return changes.isEmpty() ? before.revision() : before.revision() + 1;
  }

  /** Throws {@link RefusedException} where the put cannot be done. */
  void check(PutRequest request) {
    if (request.getLease() != 0 && LeaseTable.find(view, request.getLease()) == null) {
      throw new RefusedException(EtcdError.LEASE_NOT_FOUND);
    }
    if ((request.getIgnoreValue() || request.getIgnoreLease())
        && VersionScan.latest(view, request.getKey()) == null) {
      throw new RefusedException(EtcdError.KEY_NOT_FOUND);
    }
  }

  /** The request was checked. The answer lacks its header. */
  PutResponse.Builder put(PutRequest request) {
    StoredVersion old = VersionScan.latest(view, request.getKey());
    Revision revision = nextRevision();
    long lease = request.getIgnoreLease() && old != null ? old.lease() : request.getLease();
    ByteString value = request.getIgnoreValue() && old != null ? old.value() : request.getValue();
    KeyValue kv =
        KeyValue.newBuilder()
            .setKey(request.getKey())
            .setCreateRevision(old == null ? revision.main() : old.createRevision())
            .setModRevision(revision.main())
            .setVersion(old == null ? 1 : old.version() + 1)
            .setValue(value)
            .setLease(lease)
            .build();
    Revision previous = old == null ? Revision.NONE : old.revision();
    StoredVersion version = StoredVersion.put(kv, revision.sub(), previous);
    writes.put(Table.LATEST, kv.getKey().toByteArray(), version.bytes());
    record(version, old);
    LeaseTable.move(writes, kv.getKey(), old == null ? 0 : old.lease(), lease);
    PutResponse.Builder response = PutResponse.newBuilder();
    if (request.getPrevKv() && old != null) {
      response.setPrevKv(old.keyValue());
    }
    return response;
  }

  /** The answer lacks its header. */
  DeleteRangeResponse.Builder delete(DeleteRangeRequest request) {
    List<StoredVersion> doomed = new ArrayList<>();
    KeyRange range = new KeyRange(request.getKey(), request.getRangeEnd());
    if (range.isSingle()) {
      StoredVersion one = VersionScan.latest(view, range.key());
      if (one != null) {
        doomed.add(one);
      }
    } else if (!range.isEmpty()) {
      try (VersionScan scan = VersionScan.open(view, range, VersionScan.HEAD)) {
        while (scan.next()) {
          doomed.add(scan.version());
        }
      }
    }
    DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder();
    for (StoredVersion version : doomed) {
      delete(version);
      if (request.getPrevKv()) {
        response.addPrevKvs(version.keyValue());
      }
    }
    return response.setDeleted(doomed.size());
  }

  /** Deletes the key where it exists. */
  void delete(ByteString key) {
    StoredVersion version = VersionScan.latest(view, key);
    if (version != null) {
      delete(version);
    }
  }

  private void delete(StoredVersion old) {
    StoredVersion tombstone = StoredVersion.tombstone(old.key(), nextRevision(), old.revision());
    writes.delete(Table.LATEST, old.key().toByteArray());
    record(tombstone, old);
    LeaseTable.move(writes, old.key(), old.lease(), 0);
  }

  private Revision nextRevision() {
    return new Revision(before.revision() + 1, changes.size());
  }

  private void record(StoredVersion version, @Nullable StoredVersion old) {
    writes.put(Table.HISTORY, version.revision().encode(), version.bytes());
    if (old != null) {
      writes.put(
          Table.SUPERSEDED,
          new SupersededKey(old.key().toByteArray(), old.revision()).encode(),
          version.revision().encode());
    }
    changes.add(new Change(version, () -> old));
  }
}
