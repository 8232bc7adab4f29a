package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;

/**
 * What can be said about a request without the state, in the order in which etcd says it. Each
 * method throws {@link RefusedException} or returns.
 */
public final class RequestChecks {
  private RequestChecks() {}

  public static void check(RangeRequest request) {
    requireKey(request.getKey());
    if (request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
        || request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED) {
      throw new RefusedException(EtcdError.INVALID_SORT_OPTION);
    }
  }

  public static void check(PutRequest request) {
    requireKey(request.getKey());
    if (request.getIgnoreValue() && !request.getValue().isEmpty()) {
      throw new RefusedException(EtcdError.VALUE_PROVIDED);
    }
    if (request.getIgnoreLease() && request.getLease() != 0) {
      throw new RefusedException(EtcdError.LEASE_PROVIDED);
    }
  }

  public static void check(DeleteRangeRequest request) {
    requireKey(request.getKey());
  }

  /**
   * @param maxOps operations allowed in each list; nested transactions get what the outer leaves
   */
  public static void check(TxnRequest request, int maxOps) {
    checkNested(request, maxOps);
    Intervals.of(request.getSuccessList());
    Intervals.of(request.getFailureList());
  }

  private static void checkNested(TxnRequest request, int maxOps) {
    int ops =
        Math.max(
            request.getCompareCount(),
            Math.max(request.getSuccessCount(), request.getFailureCount()));
    if (ops > maxOps) {
      throw new RefusedException(EtcdError.TOO_MANY_OPS);
    }
    for (Compare compare : request.getCompareList()) {
      requireKey(compare.getKey());
    }
    for (RequestOp op : request.getSuccessList()) {
      check(op, maxOps - ops);
    }
    for (RequestOp op : request.getFailureList()) {
      check(op, maxOps - ops);
    }
  }

  private static void check(RequestOp op, int maxOps) {
    switch (op.getRequestCase()) {
      case REQUEST_RANGE -> check(op.getRequestRange());
      case REQUEST_PUT -> check(op.getRequestPut());
      case REQUEST_DELETE_RANGE -> check(op.getRequestDeleteRange());
      case REQUEST_TXN -> checkNested(op.getRequestTxn(), maxOps);
      case REQUEST_NOT_SET -> throw new RefusedException(EtcdError.KEY_NOT_FOUND);
    }
  }

  private static void requireKey(ByteString key) {
    if (key.isEmpty()) {
      throw new RefusedException(EtcdError.EMPTY_KEY);
    }
  }

  /**
   * The keys that a list of operations may put and the ranges that it may delete. A key may be put
   * once, and not be deleted too; deletions may overlap; the two branches of a nested transaction
   * may put the same key, because only one of them runs.
   */
  private record Intervals(TreeSet<ByteString> puts, List<KeyRange> deletes) {
    static Intervals of(List<RequestOp> ops) {
      Intervals all =
          new Intervals(
              new TreeSet<>(ByteString.unsignedLexicographicalComparator()), new ArrayList<>());
      for (RequestOp op : ops) {
        if (op.hasRequestDeleteRange()) {
          DeleteRangeRequest delete = op.getRequestDeleteRange();
          all.deletes.add(new KeyRange(delete.getKey(), delete.getRangeEnd()));
        }
      }
      for (RequestOp op : ops) {
        if (op.hasRequestTxn()) {
          all.addNested(op.getRequestTxn());
        }
      }
      for (RequestOp op : ops) {
        if (op.hasRequestPut()) {
          all.addPut(op.getRequestPut().getKey(), false);
        }
      }
      return all;
    }

    private void addNested(TxnRequest txn) {
      Intervals success = of(txn.getSuccessList());
      Intervals failure = of(txn.getFailureList());
      success.puts.forEach(key -> addPut(key, false));
      failure.puts.forEach(key -> addPut(key, success.puts.contains(key)));
      deletes.addAll(success.deletes);
      deletes.addAll(failure.deletes);
    }

    private void addPut(ByteString key, boolean otherBranchToo) {
      boolean again = !puts.add(key) && !otherBranchToo;
      if (again || deletes.stream().anyMatch(range -> range.contains(key))) {
        throw new RefusedException(EtcdError.DUPLICATE_KEY);
      }
    }
  }
}
