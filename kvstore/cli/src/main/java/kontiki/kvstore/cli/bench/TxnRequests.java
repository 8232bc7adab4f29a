package kontiki.kvstore.cli.bench;

import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import org.jspecify.annotations.Nullable;

/** Compares the first key's version, which always holds, and writes some keys in a row. */
final class TxnRequests extends UnaryRequest<TxnRequest, TxnResponse> {
  /** The comparison did not hold. */
  static final String COMPARE_FAILED = "COMPARE_FAILED";

  private static final long NEVER_A_VERSION = -1;

  private final KeySpace.Keys keys;
  private final Values.Source values;
  private final int puts;
  private final long bytes;

  TxnRequests(Target target, int client, KeySpace keys, Values values, int puts) {
    super(target.channel(client), KVGrpc.getTxnMethod());
    this.keys = keys.keys(client, puts);
    this.values = values.source(client);
    this.puts = puts;
    this.bytes = (long) puts * (keys.keyBytes() + values.bytes());
  }

  @Override
  TxnRequest message() {
    keys.choose();
    var txn = TxnRequest.newBuilder();
    txn.addCompare(
        Compare.newBuilder()
            .setKey(keys.key(0))
            .setTarget(Compare.CompareTarget.VERSION)
            .setResult(Compare.CompareResult.GREATER)
            .setVersion(NEVER_A_VERSION));
    for (int i = 0; i < puts; i++) {
      var put = PutRequest.newBuilder().setKey(keys.key(i)).setValue(values.next());
      txn.addSuccess(RequestOp.newBuilder().setRequestPut(put));
    }
    return txn.build();
  }

  @Override
  long take(TxnResponse response) {
    return bytes;
  }

  @Override
  @Nullable String wrong(TxnResponse response) {
    return response.getSucceeded() ? null : COMPARE_FAILED;
  }
}
