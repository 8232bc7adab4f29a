package kontiki.kvstore.server.front;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.RequestId;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import org.jspecify.annotations.Nullable;

/** What the log says of a request: its id and key, the revision of its answer; never a value. */
final class RequestLine {
  /** Longer keys are cut. */
  static final int KEY_BYTES = 128;

  private RequestLine() {}

  /**
   * The line, such as {@code request=6f1c rpc=etcdserverpb.KV/Txn key="/registry/pods/default/a"
   * revision=12 bytes=31 code=OK ms=2 succeeded=true}; an id that is absent or unusable is {@code
   * -}, and whether the comparisons held is told of a transaction.
   *
   * @param request null where none arrived
   * @param answer null where none was given; the revision is then 0
   */
  static String of(
      @Nullable String id,
      String rpc,
      @Nullable Object request,
      @Nullable Object answer,
      Status.Code code,
      long nanos) {
    return "request="
        + (id != null && RequestId.isUsable(id) ? id : "-")
        + " rpc="
        + rpc
        + " key=\""
        + escaped(keyOf(request))
        + "\" revision="
        + revisionOf(answer)
        + " bytes="
        + (answer instanceof Message message ? message.getSerializedSize() : 0)
        + " code="
        + code
        + " ms="
        + TimeUnit.NANOSECONDS.toMillis(nanos)
        + (answer instanceof TxnResponse txn ? " succeeded=" + txn.getSucceeded() : "");
  }

  private static String escaped(ByteString key) {
    return key.size() <= KEY_BYTES
        ? TextFormat.escapeBytes(key)
        : TextFormat.escapeBytes(key.substring(0, KEY_BYTES)) + "...";
  }

  /** The first key that the request names. */
  private static ByteString keyOf(@Nullable Object request) {
    return switch (request) {
      case RangeRequest range -> range.getKey();
      case PutRequest put -> put.getKey();
      case DeleteRangeRequest delete -> delete.getKey();
      case TxnRequest txn when txn.getCompareCount() > 0 -> txn.getCompare(0).getKey();
      case TxnRequest txn when txn.getSuccessCount() > 0 -> keyOf(txn.getSuccess(0));
      case RequestOp op ->
          switch (op.getRequestCase()) {
            case REQUEST_RANGE -> keyOf(op.getRequestRange());
            case REQUEST_PUT -> keyOf(op.getRequestPut());
            case REQUEST_DELETE_RANGE -> keyOf(op.getRequestDeleteRange());
            case REQUEST_TXN -> keyOf(op.getRequestTxn());
            case REQUEST_NOT_SET -> ByteString.EMPTY;
          };
      case null, default -> ByteString.EMPTY;
    };
  }

  /** Every answer of etcd's services has a header, and most have the store's revision in it. */
  private static long revisionOf(@Nullable Object answer) {
    if (!(answer instanceof Message message)) {
      return 0;
    }
    FieldDescriptor header = message.getDescriptorForType().findFieldByName("header");
    return header != null && message.getField(header) instanceof ResponseHeader found
        ? found.getRevision()
        : 0;
  }
}
