package kontiki.kvstore.server.front;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.CompactionResponse;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.RangeStreamResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.RequestChecks;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.raft.RaftNode;

/**
 * Key-value requests. Writes go to the proposer and are answered by the thread that applies; reads
 * run on the caller's thread, which may block, after a barrier unless they are serializable.
 */
public final class KvService extends KVGrpc.KVImplBase {
  private final RaftNode node;
  private final AuthGate gate;
  private final FrontLimits limits;
  private final SpaceQuota quota;
  private final Compaction compaction;

  public KvService(
      RaftNode node, AuthGate gate, FrontLimits limits, SpaceQuota quota, Compaction compaction) {
    this.node = node;
    this.gate = gate;
    this.limits = limits;
    this.quota = quota;
    this.compaction = compaction;
  }

  @Override
  public void range(RangeRequest request, StreamObserver<RangeResponse> client) {
    Replies.now(
        () -> {
          RequestChecks.check(request);
          if (!request.getSerializable()) {
            Replies.await(node.reads().barrier());
          }
          try (StoreView view = node.store().view()) {
            gate.access(view).check(request);
            return view.range(request, limits.maxRangeBytes());
          }
        },
        client);
  }

  @Override
  public void rangeStream(RangeRequest request, StreamObserver<RangeStreamResponse> client) {
    try {
      RequestChecks.check(request);
      RangeStream.check(request);
      if (!request.getSerializable()) {
        Replies.await(node.reads().barrier());
      }
      RangeStream.start(
          permitted(request), request, (ServerCallStreamObserver<RangeStreamResponse>) client);
    } catch (RuntimeException e) {
      Replies.fail(e, client);
    }
  }

  /** A view that the caller may read the range of, and that its holder closes. */
  private StoreView permitted(RangeRequest request) {
    StoreView view = node.store().view();
    try {
      gate.access(view).check(request);
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
    return view;
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> client) {
    if (refused(() -> RequestChecks.check(request), request, client)) {
      return;
    }
    Replies.whenDone(
        gate.propose(new Command.Put(request), quota::propose), PutResponse.class, client);
  }

  @Override
  public void deleteRange(DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> client) {
    if (refused(() -> RequestChecks.check(request), request, client)) {
      return;
    }
    Replies.whenDone(
        gate.propose(new Command.DeleteRange(request)), DeleteRangeResponse.class, client);
  }

  @Override
  public void txn(TxnRequest request, StreamObserver<TxnResponse> client) {
    if (refused(() -> RequestChecks.check(request, limits.maxTxnOps()), request, client)) {
      return;
    }
    if (!writes(request)) {
      Replies.now(() -> read(request), client);
      return;
    }
    Replies.whenDone(
        gate.propose(new Command.Txn(request), quota::propose), TxnResponse.class, client);
  }

  @Override
  public void compact(CompactionRequest request, StreamObserver<CompactionResponse> client) {
    var done = gate.propose(new Command.Compact(request.getRevision()));
    Replies.whenDone(
        request.getPhysical()
            ? done.thenCompose(outcome -> removed(outcome, request.getRevision()))
            : done,
        CompactionResponse.class,
        client);
  }

  private CompletableFuture<Outcome> removed(Outcome outcome, long revision) {
    return switch (outcome) {
      case Outcome.Refused _ -> CompletableFuture.completedFuture(outcome);
      case Outcome.Done _, Outcome.Unanswered _ ->
          compaction.reaches(revision).thenApply(_ -> outcome);
    };
  }

  private TxnResponse read(TxnRequest request) {
    if (!isSerializable(request)) {
      Replies.await(node.reads().barrier());
    }
    try (StoreView view = node.store().view()) {
      gate.access(view).check(request);
      return view.read(request);
    }
  }

  private boolean refused(Runnable check, MessageLite request, StreamObserver<?> client) {
    try {
      if (request.getSerializedSize() > limits.maxRequestBytes()) {
        throw new RefusedException(EtcdError.REQUEST_TOO_LARGE);
      }
      check.run();
      return false;
    } catch (RefusedException e) {
      client.onError(e.error().asException());
      return true;
    }
  }

  private static boolean writes(TxnRequest txn) {
    return txn.getSuccessList().stream().anyMatch(KvService::writes)
        || txn.getFailureList().stream().anyMatch(KvService::writes);
  }

  private static boolean writes(RequestOp op) {
    return switch (op.getRequestCase()) {
      case REQUEST_PUT, REQUEST_DELETE_RANGE -> true;
      case REQUEST_TXN -> writes(op.getRequestTxn());
      case REQUEST_RANGE, REQUEST_NOT_SET -> false;
    };
  }

  private static boolean isSerializable(TxnRequest txn) {
    return txn.getSuccessList().stream().allMatch(KvService::isSerializable)
        && txn.getFailureList().stream().allMatch(KvService::isSerializable);
  }

  private static boolean isSerializable(RequestOp op) {
    return op.hasRequestRange() && op.getRequestRange().getSerializable();
  }
}
