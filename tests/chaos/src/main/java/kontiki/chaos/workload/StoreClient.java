package kontiki.chaos.workload;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.time.Duration;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.RetryPolicy;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;

/**
 * Carries out operations on one member, each sent once, and says what is certain about the result.
 * An error leaves a write unknown unless the request cannot have been sent or was refused before it
 * was proposed.
 */
final class StoreClient implements AutoCloseable {
  private final KvClient client;

  /** The client owns the channel. */
  StoreClient(ManagedChannel channel, Duration timeout) {
    this.client = new KvClient(channel, timeout, RetryPolicy.NONE);
  }

  /** Never throws what the store or the network says. */
  Outcome execute(Operation operation) {
    try {
      return switch (operation) {
        case Operation.Get get -> get(get);
        case Operation.Put put -> put(put);
        case Operation.CompareAndSet cas -> compareAndSet(cas);
        case Operation.Delete delete -> delete(delete);
      };
    } catch (StatusRuntimeException e) {
      String error = e.getStatus().getCode() + " " + e.getStatus().getDescription();
      return certainlyNotDone(e.getStatus())
          ? new Outcome.Failed(error)
          : new Outcome.Unknown(error);
    }
  }

  private Outcome get(Operation.Get get) {
    var response = client.range(RangeRequest.newBuilder().setKey(bytes(get.key())).build());
    var found = response.getKvsCount() == 0 ? Observation.ABSENT : observation(response.getKvs(0));
    return new Outcome.Read(response.getHeader().getRevision(), found);
  }

  private Outcome put(Operation.Put put) {
    var response = client.put(bytes(put.key()), bytes(put.value()));
    return new Outcome.Written(response.getHeader().getRevision());
  }

  private Outcome compareAndSet(Operation.CompareAndSet cas) {
    var request =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(bytes(cas.key()))
                    .setTarget(Compare.CompareTarget.VALUE)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setValue(bytes(cas.expected())))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestPut(
                        PutRequest.newBuilder()
                            .setKey(bytes(cas.key()))
                            .setValue(bytes(cas.value()))))
            .addFailure(
                RequestOp.newBuilder()
                    .setRequestRange(RangeRequest.newBuilder().setKey(bytes(cas.key()))))
            .build();
    var response = client.txn(request);
    long revision = response.getHeader().getRevision();
    if (response.getSucceeded()) {
      return new Outcome.Written(revision);
    }
    var range = response.getResponses(0).getResponseRange();
    return new Outcome.Refused(
        revision, range.getKvsCount() == 0 ? Observation.ABSENT : observation(range.getKvs(0)));
  }

  private Outcome delete(Operation.Delete delete) {
    var response =
        client.delete(
            DeleteRangeRequest.newBuilder().setKey(bytes(delete.key())).setPrevKv(true).build());
    return new Outcome.Deleted(
        response.getHeader().getRevision(),
        response.getPrevKvsCount() == 0 ? Observation.ABSENT : observation(response.getPrevKvs(0)));
  }

  private static Observation observation(KeyValue kv) {
    return new Observation.Present(kv.getValue().toStringUtf8(), kv.getModRevision());
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static boolean certainlyNotDone(Status status) {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          UNIMPLEMENTED ->
          true;
      case UNAVAILABLE -> connectionWasRefused(status.getCause());
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          RESOURCE_EXHAUSTED,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS ->
          false;
    };
  }

  private static boolean connectionWasRefused(@org.jspecify.annotations.Nullable Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    client.close();
  }
}
