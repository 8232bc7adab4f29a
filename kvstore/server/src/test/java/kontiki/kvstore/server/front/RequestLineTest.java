package kontiki.kvstore.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.RequestId;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {
  private static final PutRequest PUT =
      PutRequest.newBuilder()
          .setKey(ByteString.copyFromUtf8("/a b\"\n"))
          .setValue(ByteString.copyFromUtf8("never told"))
          .build();

  private static String line(@Nullable String id, @Nullable Object request) {
    PutResponse answer =
        PutResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(7)).build();
    return RequestLine.of(
        id, "KV/Put", request, answer, Status.Code.OK, TimeUnit.MILLISECONDS.toNanos(3));
  }

  @Test
  void theLineHasTheIdTheKeyAndTheRevisionButNoValue() {
    assertThat(line("id-1", PUT))
        .isEqualTo("request=id-1 rpc=KV/Put key=\"/a b\\\"\\n\" revision=7 bytes=4 code=OK ms=3");
  }

  @Test
  void aTransactionIsKnownByItsFirstKey() {
    TxnRequest inner =
        TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestPut(PUT)).build();
    TxnRequest outer =
        TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestTxn(inner)).build();
    assertThat(line("id-1", outer)).isEqualTo(line("id-1", PUT));
  }

  @Test
  void aTransactionThatWroteNothingCanBeTold() {
    for (boolean succeeded : new boolean[] {true, false}) {
      TxnResponse answer = TxnResponse.newBuilder().setSucceeded(succeeded).build();
      TxnRequest request = TxnRequest.getDefaultInstance();
      assertThat(RequestLine.of("id-1", "KV/Txn", request, answer, Status.Code.OK, 0))
          .endsWith(" succeeded=" + succeeded);
    }
  }

  @Test
  void whatNeverArrivedIsLeftEmpty() {
    assertThat(RequestLine.of(null, "KV/Put", null, null, Status.Code.CANCELLED, 0))
        .isEqualTo("request=- rpc=KV/Put key=\"\" revision=0 bytes=0 code=CANCELLED ms=0");
  }

  @Test
  void aLongKeyIsCut() {
    PutRequest put = PUT.toBuilder().setKey(ByteString.copyFromUtf8("k".repeat(200))).build();
    assertThat(line("id-1", put))
        .contains("key=\"" + "k".repeat(RequestLine.KEY_BYTES) + "...\"")
        .doesNotContain("k".repeat(RequestLine.KEY_BYTES + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nrequest=b", "ä", "\u007f"})
  void anIdThatCouldForgeALineIsIgnored(String id) {
    assertThat(line(id, PUT)).startsWith("request=- rpc=");
  }

  @Test
  void anIdIsBounded() {
    String longest = "i".repeat(RequestId.MAX_LENGTH);
    assertThat(line(longest, PUT)).startsWith("request=" + longest + " ");
    assertThat(line(longest + "i", PUT)).startsWith("request=- ");
  }
}
