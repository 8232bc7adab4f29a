package kontiki.orchestrator.apiserver.storage;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.KvWatch;
import kontiki.kvstore.api.WatchListener;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.Event.EventType;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchCreateRequest;

/**
 * {@link Storage} on any server of the etcd v3 protocol. Every write is one Txn with one compare on
 * the modification revision, whose failure branch reads the current value: a lost race costs no
 * second round trip. Thread-safe.
 */
public final class EtcdStorage implements Storage {
  /** Keys that {@link #list} reads in one call. */
  public static final int LIST_CHUNK = 2_000;

  private final KvClient client;
  private final SharedLeases leases;

  /** Takes over the channel: closing the storage shuts it down. */
  public EtcdStorage(ManagedChannel channel) {
    this.client = new KvClient(new RequestIdChannel(channel));
    this.leases = new SharedLeases(ttlSeconds -> client.leaseGrant(ttlSeconds, 0).getID());
  }

  @Override
  public WriteResult create(String key, byte[] value, int ttlSeconds) {
    return put(key, value, 0, ttlSeconds);
  }

  @Override
  public WriteResult replace(String key, byte[] value, long expectedRevision, int ttlSeconds) {
    return put(key, value, expectedRevision, ttlSeconds);
  }

  private WriteResult put(String key, byte[] value, long expectedRevision, int ttlSeconds) {
    PutRequest.Builder put =
        PutRequest.newBuilder().setKey(bytes(key)).setValue(ByteString.copyFrom(value));
    if (ttlSeconds > 0) {
      put.setLease(call("grant a lease", () -> leases.leaseFor(ttlSeconds)));
    }
    return commit(key, expectedRevision, RequestOp.newBuilder().setRequestPut(put).build());
  }

  @Override
  public WriteResult delete(String key, long expectedRevision) {
    DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder().setKey(bytes(key));
    return commit(
        key, expectedRevision, RequestOp.newBuilder().setRequestDeleteRange(delete).build());
  }

  private WriteResult commit(String key, long expectedRevision, RequestOp operation) {
    ByteString keyBytes = bytes(key);
    TxnRequest txn =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(keyBytes)
                    .setTarget(Compare.CompareTarget.MOD)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setModRevision(expectedRevision))
            .addSuccess(operation)
            .addFailure(
                RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(keyBytes)))
            .build();
    TxnResponse response = call("write " + key, () -> client.txn(txn));
    if (response.getSucceeded()) {
      return new WriteResult.Written(response.getHeader().getRevision());
    }
    RangeResponse range = response.getResponses(0).getResponseRange();
    return new WriteResult.Conflict(range.getKvsCount() == 0 ? null : entry(range.getKvs(0)));
  }

  @Override
  public Lookup get(String key) {
    RangeRequest request = RangeRequest.newBuilder().setKey(bytes(key)).build();
    RangeResponse response = call("read " + key, () -> client.range(request));
    return new Lookup(
        response.getKvsCount() == 0 ? null : entry(response.getKvs(0)),
        response.getHeader().getRevision());
  }

  @Override
  public Page list(String prefix, String startAfter, int limit, long revision) {
    List<Entry> entries = new ArrayList<>();
    long at = revision;
    String after = startAfter;
    while (true) {
      int chunk = limit == 0 ? LIST_CHUNK : Math.min(LIST_CHUNK, limit - entries.size());
      RangeResponse response = range(prefix, after, chunk, at);
      for (KeyValue each : response.getKvsList()) {
        entries.add(entry(each));
      }
      if (at == 0) {
        at = response.getHeader().getRevision();
      }
      if (!response.getMore() || (limit > 0 && entries.size() >= limit)) {
        long remaining = response.getMore() ? response.getCount() - response.getKvsCount() : 0;
        return new Page(List.copyOf(entries), at, remaining);
      }
      after = entries.getLast().key();
    }
  }

  private RangeResponse range(String prefix, String after, int limit, long revision) {
    RangeRequest request =
        RangeRequest.newBuilder()
            .setKey(bytes(after.isEmpty() ? prefix : after + "\0"))
            .setRangeEnd(KeyRange.prefixEnd(bytes(prefix)))
            .setLimit(limit)
            .setRevision(revision)
            .build();
    try {
      return client.range(request);
    } catch (StatusRuntimeException e) {
      if (revision == 0 || e.getStatus().getCode() != Status.Code.OUT_OF_RANGE) {
        throw failure("list " + prefix, e);
      }
      // etcd has one code for both: a revision that is ahead can be told by the store's own.
      throw revision > currentRevision()
          ? new FutureRevisionException(revision)
          : new RevisionCompactedException(revision);
    }
  }

  @Override
  public long currentRevision() {
    RangeRequest request =
        RangeRequest.newBuilder().setKey(bytes("/registry")).setCountOnly(true).build();
    return call("tell its revision", () -> client.range(request)).getHeader().getRevision();
  }

  @Override
  public Watch watch(String prefix, long afterRevision, Storage.Listener listener) {
    WatchCreateRequest request =
        WatchCreateRequest.newBuilder()
            .setKey(bytes(prefix))
            .setRangeEnd(KeyRange.prefixEnd(bytes(prefix)))
            .setStartRevision(afterRevision + 1)
            .setFragment(true)
            .build();
    KvWatch watch = client.watch(request, new Adapter(prefix, listener));
    return watch::close;
  }

  @Override
  public void compact(long revision) {
    CompactionRequest request = CompactionRequest.newBuilder().setRevision(revision).build();
    try {
      client.compact(request);
    } catch (StatusRuntimeException e) {
      // Another API server was faster, which is what we wanted.
      if (e.getStatus().getCode() != Status.Code.OUT_OF_RANGE) {
        throw failure("compact", e);
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static <T> T call(String what, Supplier<T> rpc) {
    try {
      return rpc.get();
    } catch (StatusRuntimeException e) {
      throw failure(what, e);
    }
  }

  private static StorageException failure(String what, StatusRuntimeException cause) {
    return new StorageException(
        "the store could not " + what + ": " + describe(cause.getStatus()), cause);
  }

  private static String describe(Status status) {
    String detail = status.getDescription();
    Throwable deepest = status.getCause();
    while (deepest != null && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return status.getCode()
        + (detail == null ? "" : " " + detail.lines().findFirst().orElse(""))
        + (deepest == null || deepest.getMessage() == null ? "" : ": " + deepest.getMessage());
  }

  private static ByteString bytes(String key) {
    return ByteString.copyFromUtf8(key);
  }

  private static Entry entry(KeyValue each) {
    return new Entry(
        each.getKey().toStringUtf8(), each.getValue().toByteArray(), each.getModRevision());
  }

  private record Adapter(String prefix, Storage.Listener listener) implements WatchListener {
    @Override
    public void onEvents(List<kontiki.kvstore.api.pb.Event> events, long revision) {
      List<Event> changes = new ArrayList<>(events.size());
      for (var event : events) {
        KeyValue kv = event.getKv();
        byte[] value = event.getType() == EventType.DELETE ? null : kv.getValue().toByteArray();
        changes.add(new Event(kv.getKey().toStringUtf8(), value, kv.getModRevision()));
      }
      // The revision sent along may be ahead of what was sent.
      listener.changed(changes, changes.getLast().revision());
    }

    @Override
    public void onProgress(long revision) {
      listener.changed(List.of(), revision);
    }

    @Override
    public void onCompacted(long compactRevision) {
      listener.ended(new WatchEnd.Compacted(compactRevision));
    }

    @Override
    public void onEnd(Status reason) {
      listener.ended(
          new WatchEnd.Failed(
              new StorageException(
                  "the store ended the watch of " + prefix + ": " + describe(reason),
                  reason.getCause())));
    }
  }
}
