package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;

/** Random commands over few keys, so that they meet. */
final class Commands {
  private static final int KEYS = 12;
  private static final int LEASES = 4;

  private final RandomGenerator random;

  Commands(RandomGenerator random) {
    this.random = random;
  }

  Entry entry(StoreState state) {
    List<Command> commands = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      commands.add(command(state));
    }
    return new Entry(new Entry.Origin(3, 4, 1), random.nextLong(1L << 40), commands);
  }

  private Command command(StoreState state) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> new Command.Put(put());
      case 5, 6 -> new Command.DeleteRange(delete());
      case 7, 8 -> new Command.Txn(txn(2));
      case 9 -> new Command.LeaseGrant(1 + random.nextInt(LEASES), 60);
      case 10 -> new Command.LeaseRevoke(1 + random.nextInt(LEASES));
      default -> new Command.Compact(state.revision() - random.nextInt(20));
    };
  }

  ByteString key() {
    int n = random.nextInt(KEYS);
    byte[] key = n < 3 ? new byte[] {'k', 0, (byte) n} : new byte[] {'k', (byte) (n * 20)};
    return ByteString.copyFrom(key);
  }

  RangeRequest range(StoreState state) {
    ByteString end =
        switch (random.nextInt(4)) {
          case 0 -> ByteString.EMPTY;
          case 1 -> ByteString.copyFrom(new byte[] {0});
          default -> key();
        };
    long back = random.nextInt(30);
    return RangeRequest.newBuilder()
        .setKey(key())
        .setRangeEnd(end)
        .setRevision(random.nextBoolean() ? 0 : Math.max(0, state.revision() - back))
        .setLimit(random.nextInt(4))
        .setSortOrderValue(random.nextInt(3))
        .setSortTargetValue(random.nextInt(5))
        .setKeysOnly(random.nextInt(4) == 0)
        .setCountOnly(random.nextInt(6) == 0)
        .setMinModRevision(random.nextInt(5) == 0 ? state.revision() - 5 : 0)
        .build();
  }

  private PutRequest put() {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(random.nextBoolean());
    if (random.nextInt(6) == 0) {
      put.setIgnoreValue(true);
    } else {
      put.setValue(ByteString.copyFromUtf8("v" + random.nextInt(1000)));
    }
    if (random.nextInt(6) == 0) {
      put.setIgnoreLease(true);
    } else if (random.nextInt(3) == 0) {
      put.setLease(1 + random.nextInt(LEASES));
    }
    return put.build();
  }

  private DeleteRangeRequest delete() {
    DeleteRangeRequest.Builder delete =
        DeleteRangeRequest.newBuilder().setKey(key()).setPrevKv(random.nextBoolean());
    return random.nextInt(4) == 0 ? delete.setRangeEnd(key()).build() : delete.build();
  }

  private TxnRequest txn(int depth) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    Compare.Builder compare = Compare.newBuilder().setKey(key());
    compare.setResultValue(random.nextInt(4));
    switch (random.nextInt(3)) {
      case 0 -> compare.setTarget(Compare.CompareTarget.MOD).setModRevision(random.nextInt(90));
      case 1 -> compare.setTarget(Compare.CompareTarget.VERSION).setVersion(random.nextInt(3));
      default -> compare.setTarget(Compare.CompareTarget.CREATE).setCreateRevision(0);
    }
    txn.addCompare(compare);
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addSuccess(op(depth));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      txn.addFailure(op(depth));
    }
    TxnRequest request = txn.build();
    try {
      RequestChecks.check(request, 128);
      return request;
    } catch (RefusedException duplicate) {
      return TxnRequest.getDefaultInstance();
    }
  }

  private RequestOp op(int depth) {
    return switch (random.nextInt(depth > 0 ? 5 : 4)) {
      case 0, 1 -> RequestOp.newBuilder().setRequestPut(put()).build();
      case 2 -> RequestOp.newBuilder().setRequestDeleteRange(delete()).build();
      case 3 ->
          RequestOp.newBuilder()
              .setRequestRange(
                  RangeRequest.newBuilder().setKey(key()).setRangeEnd(key()).setRevision(0))
              .build();
      default -> RequestOp.newBuilder().setRequestTxn(txn(depth - 1)).build();
    };
  }
}
