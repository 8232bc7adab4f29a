package kontiki.kvstore.server.concurrency;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.LockGrpc;
import kontiki.kvstore.api.pb.LockRequest;
import kontiki.kvstore.api.pb.LockResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.UnlockRequest;
import kontiki.kvstore.api.pb.UnlockResponse;
import kontiki.kvstore.server.concurrency.WaitingLine.Place;

/**
 * Locks: {@code Lock} answers when its key is the oldest of the line, and {@code Unlock} deletes
 * it. As with every lock that ends with a lease, a holder that pauses may find it taken: the create
 * revision of the key is the fencing token. Safe for many threads.
 */
public final class LockService extends LockGrpc.LockImplBase {
  private final LocalStore store;
  private final WaitingLine line;
  private final WaitingCalls calls;

  LockService(LocalStore store, WaitingLine line, WaitingCalls calls) {
    this.store = store;
    this.line = line;
    this.calls = calls;
  }

  @Override
  public void lock(LockRequest request, StreamObserver<LockResponse> client) {
    calls.start(
        client,
        call -> {
          ByteString prefix = WaitingLine.prefix(request.getName());
          long lease = store.leaseOr(request.getLease());
          ByteString key = WaitingLine.key(prefix, lease);
          TxnResponse entered =
              store.txn(
                  TxnRequest.newBuilder()
                      .addCompare(LocalStore.created(key, 0))
                      .addSuccess(LocalStore.put(key, ByteString.EMPTY, lease))
                      .addSuccess(LocalStore.get(LocalStore.first(prefix)))
                      .addFailure(LocalStore.get(WaitingLine.one(key)))
                      .addFailure(LocalStore.get(LocalStore.first(prefix))));
          long created =
              entered.getSucceeded()
                  ? entered.getHeader().getRevision()
                  : entered.getResponses(0).getResponseRange().getKvs(0).getCreateRevision();
          KeyValue first = entered.getResponses(1).getResponseRange().getKvs(0);
          ResponseHeader header =
              first.getCreateRevision() == created && !call.isGone()
                  ? entered.getHeader()
                  : wait(new Place(prefix, key, created), call);
          client.onNext(LockResponse.newBuilder().setHeader(header).setKey(key).build());
          client.onCompleted();
        });
  }

  /** A caller that gets no lock leaves no key behind. */
  private ResponseHeader wait(Place mine, WaitingCall call) {
    ResponseHeader turn;
    try {
      turn = line.awaitTurn(mine, call);
      call.requireClient();
    } catch (StatusRuntimeException e) {
      line.leave(mine);
      throw e;
    }
    if (turn == null) {
      throw WaitingCalls.refusal("mutex: session is expired");
    }
    return turn;
  }

  @Override
  public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> client) {
    WaitingCalls.now(
        client,
        () ->
            UnlockResponse.newBuilder()
                .setHeader(store.delete(request.getKey()).getHeader())
                .build());
  }
}
