package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.HashKVRequest;
import kontiki.kvstore.api.pb.HashKVResponse;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.KVGrpc.KVBlockingStub;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseGrpc.LeaseBlockingStub;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;
import kontiki.kvstore.api.pb.LeaseTimeToLiveRequest;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same script on Debian's etcd and on this store: the answers must be the same. */
class DifferentialTest {
  private static final long SEED = 20;
  private static final int RANDOM_STEPS = 150;

  @TempDir Path directory;

  @BeforeAll
  static void installed() {
    Assumptions.assumeTrue(RealEtcd.isInstalled(), "etcd is not installed (etcd-server)");
  }

  private interface Step extends Function<Channel, Message> {}

  @Test
  void everyAnswerIsEtcds() throws IOException, InterruptedException {
    try (RealEtcd etcd = RealEtcd.start(directory);
        TestCluster cluster = TestCluster.started(directory, 1);
        var client = cluster.client(1)) {
      List<Step> script = new ArrayList<>();
      written(script);
      ranges(script);
      transactions(script);
      leases(script);
      compaction(script);
      random(script, new Random(SEED));
      hashes(script);
      for (int i = 0; i < script.size(); i++) {
        String expected = answer(script.get(i), etcd.channel());
        assertThat(answer(script.get(i), client.channel())).as("step %d", i).isEqualTo(expected);
      }
    }
  }

  private static String answer(Step step, Channel channel) {
    try {
      return withoutIds(step.apply(channel)).toString();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + ": " + e.getStatus().getDescription();
    }
  }

  /** Headers name the server; everything else must be the same. */
  private static Message withoutIds(Message message) {
    Message.Builder builder = message.toBuilder();
    FieldDescriptor header = message.getDescriptorForType().findFieldByName("header");
    if (header != null && message.hasField(header)) {
      Message.Builder ids = ((Message) message.getField(header)).toBuilder();
      for (String field : List.of("cluster_id", "member_id", "raft_term")) {
        ids.clearField(ids.getDescriptorForType().findFieldByName(field));
      }
      builder.setField(header, ids.build());
    }
    return builder.build();
  }

  private static void written(List<Step> script) {
    for (String key : List.of("a", "b", "c/1", "c/2", "c/3", "d")) {
      script.add(kv(stub -> stub.put(put(key, "v-" + key).build())));
    }
    script.add(kv(stub -> stub.put(put("a", "v2").setPrevKv(true).build())));
    script.add(kv(stub -> stub.put(put("b", "").setIgnoreValue(true).build())));
    script.add(kv(stub -> stub.put(put("nobody", "").setIgnoreValue(true).build())));
    script.add(kv(stub -> stub.put(put("b", "x").setIgnoreValue(true).build())));
    script.add(kv(stub -> stub.put(put("b", "x").setLease(77).build())));
    script.add(kv(stub -> stub.put(put("b", "x").setLease(1).setIgnoreLease(true).build())));
    script.add(kv(stub -> stub.put(put("", "x").build())));
    script.add(kv(stub -> stub.put(put("big", "x".repeat(1_700_000)).build())));
    script.add(kv(stub -> stub.deleteRange(delete("nobody").build())));
    script.add(kv(stub -> stub.deleteRange(delete("d").setPrevKv(true).build())));
    script.add(kv(stub -> stub.put(put("d", "again").build())));
  }

  private static void ranges(List<Step> script) {
    for (int target = 0; target < 5; target++) {
      for (int order = 0; order < 3; order++) {
        int by = target;
        int how = order;
        script.add(range(all().setSortTargetValue(by).setSortOrderValue(how).setLimit(3)));
        script.add(range(all().setSortTargetValue(by).setSortOrderValue(how)));
      }
    }
    script.add(range(all().setKeysOnly(true)));
    script.add(range(all().setCountOnly(true).setLimit(1)));
    script.add(range(all().setMinModRevision(4)));
    script.add(range(all().setMaxModRevision(4).setLimit(2)));
    script.add(range(all().setMinCreateRevision(4)));
    script.add(range(all().setMaxCreateRevision(3)));
    script.add(range(all().setRevision(4)));
    script.add(range(all().setRevision(4).setLimit(1)));
    script.add(range(all().setRevision(900)));
    script.add(range(all().setSerializable(true)));
    script.add(range(request(KeyRange.prefix("c/"))));
    script.add(range(request(KeyRange.from(bytes("c/2")))));
    script.add(range(request(new KeyRange(bytes("d"), bytes("a")))));
    script.add(range(RangeRequest.newBuilder().setRangeEnd(bytes("z"))));
  }

  private static void transactions(List<Step> script) {
    for (int target = 0; target < 5; target++) {
      for (int result = 0; result < 4; result++) {
        for (String key : List.of("a", "missing")) {
          Compare.Builder compare =
              Compare.newBuilder().setKey(bytes(key)).setTargetValue(target).setResultValue(result);
          switch (target) {
            case 0 -> compare.setVersion(2);
            case 1 -> compare.setCreateRevision(2);
            case 2 -> compare.setModRevision(0);
            case 3 -> compare.setValue(bytes("v2"));
            default -> compare.setLease(0);
          }
          script.add(txn(TxnRequest.newBuilder().addCompare(compare).addSuccess(getOp("a"))));
        }
      }
    }
    script.add(
        txn(
            TxnRequest.newBuilder()
                .addSuccess(putOp("t", "1"))
                .addSuccess(getOp("t"))
                .addSuccess(
                    RequestOp.newBuilder()
                        .setRequestTxn(
                            TxnRequest.newBuilder()
                                .addCompare(
                                    Compare.newBuilder().setKey(bytes("t")).setTargetValue(0))
                                .addSuccess(putOp("nested", "then"))
                                .addFailure(putOp("nested", "else"))))
                .addSuccess(RequestOp.newBuilder().setRequestDeleteRange(delete("c/1")))));
    script.add(
        txn(TxnRequest.newBuilder().addSuccess(putOp("x", "1")).addSuccess(putOp("x", "2"))));
    script.add(
        txn(
            TxnRequest.newBuilder()
                .addSuccess(putOp("x", "1"))
                .addSuccess(RequestOp.newBuilder().setRequestDeleteRange(delete("x")))));
    script.add(txn(TxnRequest.newBuilder().addSuccess(RequestOp.getDefaultInstance())));
    script.add(txn(TxnRequest.newBuilder()));
    TxnRequest.Builder many = TxnRequest.newBuilder();
    for (int i = 0; i < 129; i++) {
      many.addSuccess(putOp("m" + i, ""));
    }
    script.add(txn(many));
    script.add(
        txn(
            TxnRequest.newBuilder()
                .addCompare(
                    Compare.newBuilder()
                        .setKey(bytes("c/"))
                        .setRangeEnd(bytes("c0"))
                        .setTargetValue(1)
                        .setResultValue(1)
                        .setCreateRevision(1))
                .addSuccess(getOp("c/2"))));
  }

  private static void leases(List<Step> script) {
    script.add(lease(stub -> stub.leaseGrant(grant(77, 600))));
    script.add(lease(stub -> stub.leaseGrant(grant(77, 600))));
    script.add(lease(stub -> stub.leaseGrant(grant(78, 9_000_000_001L))));
    script.add(lease(stub -> stub.leaseGrant(grant(79, 1))));
    script.add(kv(stub -> stub.put(put("l/2", "x").setLease(77).build())));
    script.add(kv(stub -> stub.put(put("l/1", "x").setLease(77).build())));
    script.add(kv(stub -> stub.put(put("l/1", "y").setIgnoreLease(true).build())));
    script.add(range(request(KeyRange.prefix("l/"))));
    script.add(
        lease(
            stub -> stub.leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder().setID(404).build())));
    script.add(lease(stub -> stub.leaseRevoke(revoke(77))));
    script.add(lease(stub -> stub.leaseRevoke(revoke(77))));
    script.add(lease(stub -> stub.leaseRevoke(revoke(79))));
    script.add(range(request(KeyRange.prefix("l/"))));
  }

  private static void compaction(List<Step> script) {
    script.add(compact(500));
    // Not at a deletion: from 3.4.36 on etcd keeps the tombstone of the compacted revision.
    script.add(compact(9));
    script.add(compact(9));
    script.add(compact(3));
    script.add(range(all().setRevision(8)));
    script.add(range(all().setRevision(9)));
    script.add(range(all()));
  }

  private static void random(List<Step> script, Random random) {
    for (int i = 0; i < RANDOM_STEPS; i++) {
      String key = "r/" + random.nextInt(9);
      String other = "r/" + random.nextInt(9);
      String value = "v" + i;
      int version = random.nextInt(3);
      script.add(
          switch (random.nextInt(6)) {
            case 0, 1 -> kv(stub -> stub.put(put(key, value).setPrevKv(true).build()));
            case 2 ->
                kv(stub ->
                    stub.deleteRange(
                        delete(key).setRangeEnd(bytes(other)).setPrevKv(true).build()));
            case 3 -> kv(stub -> stub.deleteRange(delete(key).build()));
            case 4 ->
                txn(
                    TxnRequest.newBuilder()
                        .addCompare(
                            Compare.newBuilder()
                                .setKey(bytes(key))
                                .setTargetValue(0)
                                .setVersion(version))
                        .addSuccess(putOp(key, value))
                        .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete(other)))
                        .addFailure(getOp(key)));
            default -> range(request(KeyRange.prefix("r/")));
          });
    }
  }

  /**
   * Of histories with deletions before, at and after the compacted revision. The compacted revision
   * itself can be asked for in newer versions only.
   */
  private static void hashes(List<Step> script) {
    for (int compacted : List.of(0, 30, 45, 60, 61, 62, 63, 64)) {
      if (compacted > 0) {
        script.add(compact(compacted));
      }
      for (int revision = 65; revision < 80; revision++) {
        script.add(hash(revision));
      }
      script.add(hash(0));
    }
    script.add(kv(stub -> stub.deleteRange(delete("\0").setRangeEnd(bytes("\0")).build())));
    script.add(hash(0));
  }

  private static Step hash(long revision) {
    HashKVRequest request = HashKVRequest.newBuilder().setRevision(revision).build();
    return channel ->
        HashKVResponse.newBuilder()
            .setHash(
                MaintenanceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .hashKV(request)
                    .getHash())
            .build();
  }

  private static Step kv(Function<KVBlockingStub, Message> call) {
    return channel ->
        call.apply(KVGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS));
  }

  private static Step lease(Function<LeaseBlockingStub, Message> call) {
    return channel ->
        call.apply(LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS));
  }

  private static Step range(RangeRequest.Builder request) {
    return kv(stub -> stub.range(request.build()));
  }

  private static Step txn(TxnRequest.Builder request) {
    return kv(stub -> stub.txn(request.build()));
  }

  private static Step compact(long revision) {
    CompactionRequest request =
        CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build();
    return kv(stub -> stub.compact(request));
  }

  private static RangeRequest.Builder all() {
    return request(KeyRange.all());
  }

  private static RangeRequest.Builder request(KeyRange range) {
    return RangeRequest.newBuilder().setKey(range.key()).setRangeEnd(range.end());
  }

  private static PutRequest.Builder put(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
  }

  private static DeleteRangeRequest.Builder delete(String key) {
    return DeleteRangeRequest.newBuilder().setKey(bytes(key));
  }

  private static RequestOp.Builder putOp(String key, String value) {
    return RequestOp.newBuilder().setRequestPut(put(key, value));
  }

  private static RequestOp.Builder getOp(String key) {
    return RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes(key)));
  }

  private static LeaseGrantRequest grant(long id, long ttl) {
    return LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build();
  }

  private static LeaseRevokeRequest revoke(long id) {
    return LeaseRevokeRequest.newBuilder().setID(id).build();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
