package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import java.nio.file.Path;
import java.util.Iterator;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.DowngradeRequest;
import kontiki.kvstore.api.pb.DowngradeRequest.DowngradeAction;
import kontiki.kvstore.api.pb.HealthCheckRequest;
import kontiki.kvstore.api.pb.HealthCheckResponse;
import kontiki.kvstore.api.pb.HealthCheckResponse.ServingStatus;
import kontiki.kvstore.api.pb.HealthGrpc;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.KVGrpc.KVBlockingStub;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.RangeStreamResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in etcd only since 3.5 or later, so that Debian's cannot be the judge. */
class RangeStreamTest {
  private static final int KEYS = 40;
  private static final int VALUE_BYTES = 200_000;

  @TempDir Path directory;

  @Test
  void aLargeRangeComesAsAStreamOfOneRevision() throws Exception {
    EtcdConfig.Limits small = EtcdConfig.Limits.DEFAULT.withMaxRange(KEYS * VALUE_BYTES / 2);
    try (TestCluster cluster = new TestCluster(directory, 1).with(small)) {
      cluster.startAll();
      try (KvClient client = cluster.client(1)) {
        KVBlockingStub stub = KVGrpc.newBlockingStub(client.channel());
        ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);
        for (int i = 100; i < 100 + KEYS; i++) {
          var unused =
              stub.put(PutRequest.newBuilder().setKey(bytes("k" + i)).setValue(value).build());
        }
        assertThatThrownBy(() -> stub.range(all().build()))
            .hasMessage(
                "RESOURCE_EXHAUSTED: the answer is larger than 4000000 bytes, the most that this"
                    + " server holds in memory for one range: read it in pages (limit), or with"
                    + " RangeStream");
        RangeResponse keys = stub.range(all().setKeysOnly(true).build());
        assertThat(keys.getKvsCount()).isEqualTo(KEYS);
        Iterator<RangeStreamResponse> stream = stub.rangeStream(all().build());
        RangeResponse.Builder whole = stream.next().getRangeResponse().toBuilder();
        assertThat(whole.hasHeader()).isFalse();
        var put = stub.put(PutRequest.newBuilder().setKey(bytes("k2")).build());
        var compacted =
            stub.compact(
                CompactionRequest.newBuilder()
                    .setRevision(put.getHeader().getRevision())
                    .setPhysical(true)
                    .build());
        assertThat(compacted.hasHeader()).isTrue();
        int pieces = 1;
        while (stream.hasNext()) {
          pieces++;
          whole.mergeFrom(stream.next().getRangeResponse());
        }
        assertThat(pieces).isGreaterThan(KEYS / 4);
        assertThat(whole.getKvsList()).allMatch(kv -> kv.getValue().equals(value));
        whole.getKvsBuilderList().forEach(kv -> kv.clearValue());
        assertThat(whole.build()).isEqualTo(keys);
      }
    }
  }

  @Test
  void aStreamSaysWhatItCannot() throws Exception {
    try (TestCluster cluster = TestCluster.started(directory, 1);
        KvClient client = cluster.client(1)) {
      KVBlockingStub stub = KVGrpc.newBlockingStub(client.channel());
      assertThat(refusal(stub, all().setSortOrder(RangeRequest.SortOrder.DESCEND)))
          .isEqualTo("UNIMPLEMENTED: RangeStream does not support custom sort orders");
      assertThat(refusal(stub, all().setMinModRevision(1)))
          .isEqualTo("UNIMPLEMENTED: RangeStream does not support revision filters");
      assertThat(refusal(stub, all().setRevision(9)))
          .isEqualTo("OUT_OF_RANGE: etcdserver: mvcc: required revision is a future revision");
      assertThat(refusal(stub, RangeRequest.newBuilder()))
          .isEqualTo("INVALID_ARGUMENT: etcdserver: key is not provided");
      downgrades(client);
      health(client);
    }
  }

  private static String refusal(KVBlockingStub stub, RangeRequest.Builder request) {
    try {
      return "answered: " + stub.rangeStream(request.build()).next();
    } catch (io.grpc.StatusRuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void downgrades(KvClient client) {
    assertThat(downgrade(client, DowngradeAction.VALIDATE, "x"))
        .isEqualTo("INVALID_ARGUMENT: etcdserver: wrong downgrade target version format");
    assertThat(downgrade(client, DowngradeAction.ENABLE, "3.4.0"))
        .isEqualTo("INVALID_ARGUMENT: etcdserver: invalid downgrade target version");
    assertThat(downgrade(client, DowngradeAction.ENABLE, "3.5"))
        .startsWith("FAILED_PRECONDITION: this server has one storage format");
    assertThat(downgrade(client, DowngradeAction.CANCEL, "")).isEqualTo("3.6");
  }

  private static String downgrade(KvClient client, DowngradeAction action, String version) {
    try {
      return MaintenanceGrpc.newBlockingStub(client.channel())
          .downgrade(DowngradeRequest.newBuilder().setAction(action).setVersion(version).build())
          .getVersion();
    } catch (io.grpc.StatusRuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void health(KvClient client) throws Exception {
    var stub = HealthGrpc.newBlockingStub(client.channel());
    assertThat(stub.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
    HealthCheckRequest other = HealthCheckRequest.newBuilder().setService("x").build();
    assertThatThrownBy(() -> stub.check(other)).hasMessage("NOT_FOUND: unknown service");
    try (Context.CancellableContext caller = Context.current().withCancellation()) {
      Iterator<HealthCheckResponse> own =
          caller.call(() -> stub.watch(HealthCheckRequest.getDefaultInstance()));
      assertThat(own.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      Iterator<HealthCheckResponse> others = caller.call(() -> stub.watch(other));
      assertThat(others.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }
  }

  private static RangeRequest.Builder all() {
    return RangeRequest.newBuilder().setKey(KeyRange.all().key()).setRangeEnd(KeyRange.all().end());
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
