package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import org.jspecify.annotations.Nullable;

/**
 * The store as it was after one entry: nothing in it changes any more. Safe for many threads. Each
 * holder closes it once; the last one frees the engine's snapshot.
 */
public final class StoreView implements AutoCloseable {
  private final EngineView engine;
  private final StoreState state;
  private final AuthState auth;
  private final List<AlarmMember> alarms;
  private final HeaderIds ids;
  private final AtomicInteger holders = new AtomicInteger(1);

  StoreView(
      EngineView engine,
      StoreState state,
      AuthState auth,
      List<AlarmMember> alarms,
      HeaderIds ids) {
    this.engine = engine;
    this.state = state;
    this.auth = auth;
    this.alarms = List.copyOf(alarms);
    this.ids = ids;
  }

  public StoreState state() {
    return state;
  }

  /** Users and roles. */
  public AuthState auth() {
    return auth;
  }

  /** What the caller may do. */
  public Access access(Identity who) {
    return new Access(auth, engine, who);
  }

  EngineView engine() {
    return engine;
  }

  /**
   * As the other {@code range}, however large the answer is.
   *
   * @throws RefusedException the revision is compacted, or of the future
   */
  public RangeResponse range(RangeRequest request) {
    return range(request, Long.MAX_VALUE);
  }

  /**
   * @param maxBytes of the versions that the answer is made of
   * @throws RefusedException the revision is compacted, or of the future
   * @throws AnswerTooLargeException the answer would be larger
   */
  public RangeResponse range(RangeRequest request, long maxBytes) {
    return Ranges.range(engine, state, request, maxBytes).setHeader(header()).build();
  }

  ResponseHeader header() {
    return ids.header(state.revision(), state.appliedTerm());
  }

  /**
   * Runs a transaction that only reads.
   *
   * @throws RefusedException a range in it cannot be read
   */
  public TxnResponse read(TxnRequest request) {
    WriteSet writes = new WriteSet();
    Transaction transaction = new Transaction(new Overlay(engine, writes), writes, state);
    TxnResponse response = new TxnExecution(transaction).run(request).setHeader(header()).build();
    if (!writes.isEmpty()) {
      throw new IllegalArgumentException("the transaction writes");
    }
    return response;
  }

  /**
   * Tells the changes from revision {@code from} on, in order, until the visitor has enough.
   *
   * @param visitor returns false to stop; a change given to it is good only until it returns,
   *     except for the events it has made by then
   * @return true when the visitor was told everything up to this view's revision
   */
  public boolean changesFrom(long from, Predicate<Change> visitor) {
    byte[] first = new Revision(from, 0).encode();
    try (Cursor cursor = engine.cursor(Table.HISTORY, first, null)) {
      for (; cursor.valid(); cursor.next()) {
        StoredVersion version = StoredVersion.parse(cursor.value());
        if (!visitor.test(new Change(version, () -> before(version)))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Tells, in order of revisions, every version that a compaction has not made unreadable. */
  public void history(Consumer<HistoryRecord> visitor) {
    try (Cursor cursor = engine.cursor(Table.HISTORY, Revision.NONE.encode(), null)) {
      for (; cursor.valid(); cursor.next()) {
        StoredVersion version = StoredVersion.parse(cursor.value());
        if (!Compactor.removes(engine, version, state.compactRevision())) {
          visitor.accept(HistoryRecord.of(version));
        }
      }
    }
  }

  private @Nullable StoredVersion before(StoredVersion version) {
    if (version.previous().equals(Revision.NONE)) {
      return null;
    }
    byte[] bytes = engine.get(Table.HISTORY, version.previous().encode());
    return bytes == null ? null : StoredVersion.parse(bytes);
  }

  /** Null where there is no such lease. */
  public LeaseTable.@Nullable Lease lease(long id) {
    return LeaseTable.find(engine, id);
  }

  public List<LeaseTable.Lease> leases() {
    return LeaseTable.all(engine);
  }

  public List<ByteString> leaseKeys(long id) {
    return LeaseTable.keys(engine, id);
  }

  /** By id; before {@link #isFounded} only those that said something of themselves. */
  public List<Member> members() {
    return ClusterTable.members(engine);
  }

  /** Whether the table of members is complete. */
  public boolean isFounded() {
    return ClusterTable.isFounded(engine);
  }

  /** Whether that member was removed from the cluster, for ever. */
  public boolean isRemoved(long memberId) {
    return ClusterTable.isRemoved(engine, memberId);
  }

  /** What is raised, by type, then member id. */
  public List<AlarmMember> alarms() {
    return alarms;
  }

  /**
   * etcd's HashKV up to {@code revision} (0: all).
   *
   * @throws RefusedException the revision is compacted, or of the future
   */
  public int hashKv(long revision) {
    return KvHash.of(engine, state, revision);
  }

  /** One more holder; false where the view is already closed. */
  boolean retain() {
    int held = holders.get();
    while (held > 0) {
      if (holders.compareAndSet(held, held + 1)) {
        return true;
      }
      held = holders.get();
    }
    return false;
  }

  @Override
  public void close() {
    int left = holders.decrementAndGet();
    if (left == 0) {
      engine.close();
    } else if (left < 0) {
      throw new IllegalStateException("a store view was closed more often than it was held");
    }
  }
}
