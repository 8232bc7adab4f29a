package kontiki.kvstore.server.concurrency;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.KVGrpc.KVImplBase;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseGrpc.LeaseImplBase;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeRequest.SortOrder;
import kontiki.kvstore.api.pb.RangeRequest.SortTarget;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;

/**
 * The store, asked by this member's own services in the caller's gRPC context: a request meets the
 * same checks as one that came over the wire. Blocks; safe for many threads.
 */
final class LocalStore {
  /** Of a lease that the server makes because the caller gave none; etcd's. */
  static final long LEASE_TTL_SECONDS = 60;

  private final KVImplBase kv;
  private final LeaseImplBase leases;

  LocalStore(KVImplBase kv, LeaseImplBase leases) {
    this.kv = kv;
    this.leases = leases;
  }

  RangeResponse range(RangeRequest.Builder request) {
    return answer(request.build(), kv::range);
  }

  TxnResponse txn(TxnRequest.Builder request) {
    return answer(request.build(), kv::txn);
  }

  DeleteRangeResponse delete(ByteString key) {
    return answer(DeleteRangeRequest.newBuilder().setKey(key).build(), kv::deleteRange);
  }

  /** Deletes the key, if it is the one that was created at the revision. */
  TxnResponse deleteCreatedAt(ByteString key, long revision) {
    return txn(
        TxnRequest.newBuilder()
            .addCompare(created(key, revision))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))));
  }

  /** The lease itself, or a new one where there is none. */
  long leaseOr(long lease) {
    if (lease != 0) {
      return lease;
    }
    var request = LeaseGrantRequest.newBuilder().setTTL(LEASE_TTL_SECONDS).build();
    LeaseGrantResponse granted = answer(request, leases::leaseGrant);
    return granted.getID();
  }

  static Compare created(ByteString key, long revision) {
    return Compare.newBuilder()
        .setKey(key)
        .setTarget(Compare.CompareTarget.CREATE)
        .setCreateRevision(revision)
        .build();
  }

  static RequestOp put(ByteString key, ByteString value, long lease) {
    return RequestOp.newBuilder()
        .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
        .build();
  }

  static RequestOp get(RangeRequest.Builder range) {
    return RequestOp.newBuilder().setRequestRange(range).build();
  }

  /** The key of the prefix that was created first. */
  static RangeRequest.Builder first(ByteString prefix) {
    return byCreation(prefix, SortOrder.ASCEND);
  }

  /** The key of the prefix that was created last before {@code revision}. */
  static RangeRequest.Builder lastBefore(ByteString prefix, long revision) {
    return byCreation(prefix, SortOrder.DESCEND).setMaxCreateRevision(revision - 1);
  }

  private static RangeRequest.Builder byCreation(ByteString prefix, SortOrder order) {
    KeyRange range = KeyRange.prefix(prefix);
    return RangeRequest.newBuilder()
        .setKey(range.key())
        .setRangeEnd(range.end())
        .setLimit(1)
        .setSortTarget(SortTarget.CREATE)
        .setSortOrder(order);
  }

  private static <Q, R> R answer(Q request, BiConsumer<Q, StreamObserver<R>> rpc) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    rpc.accept(
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(R response) {
            answer.complete(response);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {
            answer.completeExceptionally(
                Status.INTERNAL.withDescription("no answer").asRuntimeException());
          }
        });
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
