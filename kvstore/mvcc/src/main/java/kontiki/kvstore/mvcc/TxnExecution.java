package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.ResponseOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;

/**
 * A transaction in three steps, as etcd takes them: all comparisons, those of nested transactions
 * too, are decided on the state before it; then every operation that will run is checked; only then
 * does anything change.
 */
final class TxnExecution {
  private final Transaction transaction;

  TxnExecution(Transaction transaction) {
    this.transaction = transaction;
  }

  /** Which branch runs, here and in the nested transactions of that branch, in order. */
  private record Path(boolean succeeded, List<RequestOp> ops, List<Path> nested) {}

  /** The answer lacks its outermost header. Throws {@link RefusedException} with nothing done. */
  TxnResponse.Builder run(TxnRequest request) {
    Path path = decide(request);
    check(path);
    return execute(path);
  }

  private Path decide(TxnRequest request) {
    boolean succeeded = request.getCompareList().stream().allMatch(this::holds);
    List<RequestOp> ops = succeeded ? request.getSuccessList() : request.getFailureList();
    List<Path> nested = new ArrayList<>();
    for (RequestOp op : ops) {
      if (op.hasRequestTxn()) {
        nested.add(decide(op.getRequestTxn()));
      }
    }
    return new Path(succeeded, ops, nested);
  }

  private void check(Path path) {
    for (RequestOp op : path.ops()) {
      switch (op.getRequestCase()) {
        case REQUEST_RANGE ->
            Ranges.checkRevision(transaction.before(), op.getRequestRange().getRevision());
        case REQUEST_PUT -> transaction.check(op.getRequestPut());
        case REQUEST_DELETE_RANGE, REQUEST_TXN, REQUEST_NOT_SET -> {}
      }
    }
    path.nested().forEach(this::check);
  }

  private TxnResponse.Builder execute(Path path) {
    TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(path.succeeded());
    Iterator<Path> nested = path.nested().iterator();
    for (RequestOp op : path.ops()) {
      ResponseOp.Builder answer = response.addResponsesBuilder();
      switch (op.getRequestCase()) {
        case REQUEST_RANGE -> answer.setResponseRange(range(op.getRequestRange()));
        case REQUEST_PUT ->
            answer.setResponsePut(transaction.put(op.getRequestPut()).setHeader(header()));
        case REQUEST_DELETE_RANGE ->
            answer.setResponseDeleteRange(
                transaction.delete(op.getRequestDeleteRange()).setHeader(header()));
        case REQUEST_TXN ->
            answer.setResponseTxn(
                execute(nested.next()).setHeader(ResponseHeader.getDefaultInstance()));
        case REQUEST_NOT_SET -> {}
      }
    }
    return response;
  }

  private RangeResponse.Builder range(RangeRequest request) {
    return Ranges.range(transaction.view(), transaction.before(), request, Long.MAX_VALUE)
        .setHeader(header());
  }

  private ResponseHeader header() {
    return ResponseHeader.newBuilder().setRevision(transaction.revision()).build();
  }

  /** A missing key has no value to compare, and 0 for everything else. */
  private boolean holds(Compare compare) {
    KeyRange range = new KeyRange(compare.getKey(), compare.getRangeEnd());
    if (range.isSingle()) {
      StoredVersion one = VersionScan.latest(transaction.view(), range.key());
      return one == null ? holdsForMissing(compare) : holds(compare, one);
    }
    if (range.isEmpty()) {
      return holdsForMissing(compare);
    }
    try (VersionScan scan = VersionScan.open(transaction.view(), range, VersionScan.HEAD)) {
      if (!scan.next()) {
        return holdsForMissing(compare);
      }
      do {
        if (!holds(compare, scan.version())) {
          return false;
        }
      } while (scan.next());
      return true;
    }
  }

  private static boolean holdsForMissing(Compare compare) {
    return switch (compare.getTarget()) {
      case VALUE -> false;
      case VERSION -> result(compare, Long.compare(0, compare.getVersion()));
      case CREATE -> result(compare, Long.compare(0, compare.getCreateRevision()));
      case MOD -> result(compare, Long.compare(0, compare.getModRevision()));
      case LEASE -> result(compare, Long.compare(0, compare.getLease()));
      case UNRECOGNIZED -> result(compare, 0);
    };
  }

  private static boolean holds(Compare compare, StoredVersion version) {
    int order =
        switch (compare.getTarget()) {
          case VALUE -> compareBytes(version.value(), compare.getValue());
          case VERSION -> Long.compare(version.version(), compare.getVersion());
          case CREATE -> Long.compare(version.createRevision(), compare.getCreateRevision());
          case MOD -> Long.compare(version.revision().main(), compare.getModRevision());
          case LEASE -> Long.compare(version.lease(), compare.getLease());
          case UNRECOGNIZED -> 0;
        };
    return result(compare, order);
  }

  private static int compareBytes(ByteString a, ByteString b) {
    return KeyRange.compare(a, b);
  }

  private static boolean result(Compare compare, int order) {
    return switch (compare.getResult()) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case GREATER -> order > 0;
      case LESS -> order < 0;
      case UNRECOGNIZED -> true;
    };
  }
}
