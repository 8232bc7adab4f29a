package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.HashKVRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseTimeToLiveRequest;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** A snapshot that Debian's etcd gave becomes a cluster of this store. */
class RestoreTest {
  private static final long LEASE = 77;
  private static final RangeRequest ALL =
      RangeRequest.newBuilder()
          .setKey(KeyRange.all().key())
          .setRangeEnd(KeyRange.all().end())
          .build();

  @TempDir Path directory;

  @BeforeAll
  static void installed() {
    Assumptions.assumeTrue(
        RealEtcd.isInstalled() && Etcdctl.isInstalled(),
        "etcd and etcdctl are not installed (etcd-server, etcd-client)");
  }

  @Test
  void threeMembersGoOnWhereEtcdStopped() throws IOException, InterruptedException {
    try (RealEtcd etcd = RealEtcd.start(directory);
        TestCluster cluster = new TestCluster(directory, 3)) {
      history(etcd.channel());
      Path file = etcd.snapshot(directory.resolve("etcd.db"));
      for (int member = 1; member <= 3; member++) {
        assertThat(restore(cluster, member, file, "--keep-revision")).contains("restored");
      }
      cluster.startAll();
      var theirs = KVGrpc.newBlockingStub(etcd.channel());
      long revision = theirs.range(ALL).getHeader().getRevision();
      for (int member = 1; member <= 3; member++) {
        try (KvClient client = cluster.client(member)) {
          for (long at : new long[] {0, revision - 1, 40, 30}) {
            RangeRequest then = ALL.toBuilder().setRevision(at).build();
            assertThat(client.range(then).getKvsList()).isEqualTo(theirs.range(then).getKvsList());
          }
          assertThatThrownBy(() -> client.range(ALL.toBuilder().setRevision(29).build()))
              .isInstanceOf(StatusRuntimeException.class)
              .hasMessageContaining("compacted");
          HashKVRequest hash = HashKVRequest.newBuilder().setRevision(revision).build();
          assertThat(client.maintenance().hashKV(hash).getHash())
              .isEqualTo(MaintenanceGrpc.newBlockingStub(etcd.channel()).hashKV(hash).getHash());
        }
      }
      try (KvClient client = cluster.client(1)) {
        assertThat(
                LeaseGrpc.newBlockingStub(client.channel())
                    .leaseTimeToLive(
                        LeaseTimeToLiveRequest.newBuilder().setID(LEASE).setKeys(true).build())
                    .getKeysList())
            .containsExactly(bytes("leased"));
        assertThat(client.put(bytes("new"), bytes("1")).getHeader().getRevision())
            .isEqualTo(revision + 1);
      }
    }
  }

  @Test
  void aMemberThatWasNotRestoredGetsWhatTheOthersWere() throws IOException, InterruptedException {
    try (RealEtcd etcd = RealEtcd.start(directory);
        TestCluster cluster = new TestCluster(directory, 3)) {
      history(etcd.channel());
      Path file = etcd.snapshot(directory.resolve("etcd.db"));
      for (int member : new int[] {1, 2}) {
        assertThat(restore(cluster, member, file)).contains("restored");
      }
      // The log alone would give it the changes since the restore, on nothing.
      cluster.startAll();
      try (KvClient there = cluster.client(3)) {
        assertThat(there.range(ALL).getKvsList())
            .isEqualTo(KVGrpc.newBlockingStub(etcd.channel()).range(ALL).getKvsList());
      }
    }
  }

  @Test
  void revisionsGoOnAboveThoseThatWereSeen() throws IOException, InterruptedException {
    try (RealEtcd etcd = RealEtcd.start(directory);
        TestCluster cluster = new TestCluster(directory, 1)) {
      history(etcd.channel());
      Path file = etcd.snapshot(directory.resolve("etcd.db"));
      assertThat(restore(cluster, 1, file)).contains("restored");
      cluster.startAll();
      List<KeyValue> theirs = KVGrpc.newBlockingStub(etcd.channel()).range(ALL).getKvsList();
      try (KvClient client = cluster.client(1)) {
        var all = client.range(ALL);
        assertThat(all.getKvsList()).isEqualTo(theirs);
        assertThat(all.getHeader().getRevision()).isGreaterThan(1_000_000_000L);
        assertThatThrownBy(() -> client.range(ALL.toBuilder().setRevision(40).build()))
            .hasMessageContaining("compacted");
      }
    }
  }

  @Test
  void aDamagedFileLeavesNothing() throws IOException, InterruptedException {
    try (RealEtcd etcd = RealEtcd.start(directory);
        TestCluster cluster = new TestCluster(directory, 1)) {
      history(etcd.channel());
      Path file = etcd.snapshot(directory.resolve("etcd.db"));
      assertThat(restore(cluster, 1, directory.resolve("etcd/member/snap/db")))
          .contains("does not end with a checksum");
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        bytes.seek(bytes.length() / 2);
        int old = bytes.read();
        bytes.seek(bytes.length() / 2);
        bytes.write(old ^ 1);
      }
      assertThat(restore(cluster, 1, file)).contains("does not match its checksum");
      assertThat(directory.resolve("m1")).doesNotExist();
      Files.createDirectories(directory.resolve("m1/member"));
      assertThat(restore(cluster, 1, file)).contains("is not empty");
      assertThat(directory.resolve("m1/member")).isEmptyDirectory();
    }
  }

  private String restore(TestCluster cluster, int member, Path file, String... more) {
    StringWriter out = new StringWriter();
    CommandSpec above =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("--data-dir")
                    .type(Path.class)
                    .scopeType(ScopeType.INHERIT)
                    .build());
    CommandLine command =
        new CommandLine(above)
            .addSubcommand(new RestoreCommand())
            .setOut(new PrintWriter(out))
            .setExecutionExceptionHandler((failure, _, _) -> {
              out.write(failure.getMessage());
              return 1;
            });
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "restore",
                    file.toString(),
                    "--name=m" + member,
                    "--data-dir=" + directory.resolve("m" + member),
                    "--initial-cluster=" + cluster.initialCluster(),
                    "--initial-cluster-token=test"),
                Stream.of(more))
            .toList();
    int code = command.execute(arguments.toArray(String[]::new));
    assertThat(code).isEqualTo(out.toString().startsWith("restored") ? 0 : 1);
    return out.toString();
  }

  /** Deletions and new beginnings, transactions of several keys, a lease, a compaction. */
  private static void history(Channel channel) {
    var kv = KVGrpc.newBlockingStub(channel);
    for (int i = 0; i < 60; i++) {
      PutRequest put =
          PutRequest.newBuilder()
              .setKey(bytes("k/" + i % 25))
              .setValue(bytes(("v" + i).repeat(i % 9 == 0 ? 900 : 1)))
              .build();
      assertThat(kv.put(put).hasHeader()).isTrue();
      if (i % 10 == 9) {
        DeleteRangeRequest some =
            DeleteRangeRequest.newBuilder().setKey(bytes("k/1")).setRangeEnd(bytes("k/13")).build();
        assertThat(kv.deleteRange(some).hasHeader()).isTrue();
      }
    }
    assertThat(kv.compact(CompactionRequest.newBuilder().setRevision(30).build()).hasHeader())
        .isTrue();
    var leases = LeaseGrpc.newBlockingStub(channel);
    assertThat(
            leases
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(6000).build())
                .getID())
        .isEqualTo(LEASE);
    for (String key : List.of("leased", "k/3")) {
      PutRequest leased = PutRequest.newBuilder().setKey(bytes(key)).setLease(LEASE).build();
      assertThat(kv.put(leased).hasHeader()).isTrue();
    }
    PutRequest freed = PutRequest.newBuilder().setKey(bytes("k/3")).setValue(bytes("x")).build();
    assertThat(kv.put(freed).hasHeader()).isTrue();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
