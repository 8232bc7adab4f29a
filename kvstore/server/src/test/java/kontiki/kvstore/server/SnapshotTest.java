package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.HashKVRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseTimeToLiveRequest;
import kontiki.kvstore.api.pb.LeaseTimeToLiveResponse;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.SnapshotRequest;
import kontiki.kvstore.api.pb.SnapshotResponse;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot of this store is one that etcd's own tools check and restore, and etcd runs on. */
class SnapshotTest {
  private static final long LEASE = 77;
  private static final int KEYS = 700;

  @TempDir Path directory;

  @Test
  void etcdRestoresIt() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        RealEtcd.isInstalled() && Etcdctl.isInstalled(),
        "etcd and etcdctl are not installed (etcd-server, etcd-client)");
    try (TestCluster cluster = TestCluster.started(directory, 1);
        KvClient client = cluster.client(1)) {
      history(client);
      Etcdctl etcdctl = new Etcdctl(cluster.endpoints(), cluster.pki());
      String file = directory.resolve("snapshot.db").toString();
      assertThat(etcdctl.run("snapshot", "save", file)).contains("Snapshot saved at " + file);
      long revision = client.range(KeyRange.all()).getHeader().getRevision();
      assertThat(etcdctl.run("snapshot", "status", file, "-w", "json"))
          .contains("\"revision\":" + revision);
      assertThat(
              etcdctl.run(
                  "snapshot", "restore", file, "--data-dir", directory.resolve("etcd").toString()))
          .doesNotContain("Error");
      try (RealEtcd etcd = RealEtcd.start(directory)) {
        for (long at : new long[] {0, revision - 1, revision - 5}) {
          RangeRequest all =
              RangeRequest.newBuilder()
                  .setKey(KeyRange.all().key())
                  .setRangeEnd(KeyRange.all().end())
                  .setRevision(at)
                  .build();
          RangeResponse theirs = KVGrpc.newBlockingStub(etcd.channel()).range(all);
          assertThat(theirs.getKvsList()).isEqualTo(client.range(all).getKvsList());
        }
        HashKVRequest hash = HashKVRequest.newBuilder().setRevision(revision).build();
        assertThat(MaintenanceGrpc.newBlockingStub(etcd.channel()).hashKV(hash).getHash())
            .isEqualTo(client.maintenance().hashKV(hash).getHash());
        LeaseTimeToLiveResponse lease =
            LeaseGrpc.newBlockingStub(etcd.channel())
                .leaseTimeToLive(
                    LeaseTimeToLiveRequest.newBuilder().setID(LEASE).setKeys(true).build());
        assertThat(lease.getGrantedTTL()).isEqualTo(6000);
        assertThat(lease.getKeysList()).containsExactly(ByteString.copyFromUtf8("leased"));
      }
    }
  }

  @Test
  void aClientThatGoesAwayLeavesNoFile() throws IOException, InterruptedException {
    try (TestCluster cluster = TestCluster.started(directory, 1);
        KvClient client = cluster.client(1)) {
      client.put(ByteString.copyFromUtf8("large"), ByteString.copyFrom(new byte[1_000_000]));
      Path files = directory.resolve("m1/member/snapshots");
      // More than may be taken at once, one after the other: each must free its place.
      for (int i = 0; i < 5; i++) {
        Context.CancellableContext call = Context.current().withCancellation();
        Context before = call.attach();
        try {
          Iterator<SnapshotResponse> stream =
              MaintenanceGrpc.newBlockingStub(client.channel())
                  .withDeadlineAfter(60, TimeUnit.SECONDS)
                  .snapshot(SnapshotRequest.getDefaultInstance());
          assertThat(stream.next().getBlob().size()).isEqualTo(32 << 10);
        } finally {
          call.detach(before);
          call.cancel(null);
        }
        TestCluster.await("the file to vanish", () -> isEmpty(files));
      }
    }
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Several pages of leaves, values larger than a page, deletions, a lease, a compaction. */
  private static void history(KvClient client) {
    for (int i = 0; i < KEYS; i++) {
      client.put(
          ByteString.copyFromUtf8("k/%04d".formatted(i % 500)),
          ByteString.copyFrom(new byte[i % 7 == 0 ? 20_000 : 300]));
    }
    var kv = KVGrpc.newBlockingStub(client.channel());
    DeleteRangeRequest some =
        DeleteRangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k/0100"))
            .setRangeEnd(ByteString.copyFromUtf8("k/0150"))
            .build();
    assertThat(kv.deleteRange(some).getDeleted()).isEqualTo(50);
    assertThat(kv.compact(CompactionRequest.newBuilder().setRevision(600).build()).hasHeader())
        .isTrue();
    assertThat(
            LeaseGrpc.newBlockingStub(client.channel())
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(6000).build())
                .getID())
        .isEqualTo(LEASE);
    PutRequest leased =
        PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("leased")).setLease(LEASE).build();
    assertThat(kv.put(leased).hasHeader()).isTrue();
    for (int i = 0; i < 10; i++) {
      client.put(ByteString.copyFromUtf8("k/0120"), ByteString.copyFromUtf8("again " + i));
    }
  }
}
