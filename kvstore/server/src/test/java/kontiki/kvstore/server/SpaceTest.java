package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmRequest;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.DefragmentRequest;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.pki.transport.HttpsClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quota that is used up, and a disk that runs full. */
class SpaceTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final ByteString LARGE = incompressible(100_000);

  @TempDir Path directory;

  @Test
  void aUsedUpQuotaStopsPutsEverywhereUntilSpaceIsMade() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(directory, 3).with(EtcdConfig.Limits.DEFAULT.withQuota(4 << 20))) {
      cluster.startAll();
      try (KvClient one = cluster.client(1);
          KvClient two = cluster.client(2)) {
        one.leaseGrant(60, 7);
        assertThat(error(() -> fill(one))).isEqualTo(EtcdError.NO_SPACE.message());
        assertThat(alarms(one)).contains(AlarmType.NOSPACE);
        TestCluster.await("the alarm at the others", () -> !alarms(two).isEmpty());
        assertThat(error(() -> two.put(KEY, KEY))).isEqualTo(EtcdError.NO_SPACE.message());
        assertThat(error(() -> two.leaseGrant(60, 8))).isEqualTo(EtcdError.NO_SPACE.message());
        assertThat(two.range(KeyRange.single("k")).getCount()).isEqualTo(1);
        assertThat(two.status().getErrorsList()).anyMatch(e -> e.contains("alarm:NOSPACE"));
        assertThat(health(cluster, 2))
            .isEqualTo("503 {\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}");
        two.delete(DeleteRangeRequest.newBuilder().setKey(KEY).build());
        one.leaseRevoke(7);
      }
      cluster.stop(1);
      cluster.start(1);
      cluster.awaitReady(1);
      try (KvClient one = cluster.client(1)) {
        assertThat(error(() -> one.put(KEY, KEY))).isEqualTo(EtcdError.NO_SPACE.message());
        one.compact(
            CompactionRequest.newBuilder()
                .setRevision(one.status().getHeader().getRevision())
                .setPhysical(true)
                .build());
      }
      for (int member = 1; member <= 3; member++) {
        try (KvClient client = cluster.client(member)) {
          var unused = client.maintenance().defragment(DefragmentRequest.getDefaultInstance());
          assertThat(client.status().getDbSize()).isLessThan(1 << 20);
        }
      }
      try (KvClient one = cluster.client(1)) {
        disarm(one);
        one.put(KEY, KEY);
        assertThat(alarms(one)).isEmpty();
        assertThat(health(cluster, 1)).startsWith("200 ");
      }
    }
  }

  @Test
  void anAlmostFullDiskRaisesTheAlarmAndRecovers() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 64);
        TestCluster cluster = TestCluster.started(disk.path(), 1);
        KvClient client = cluster.client(1)) {
      client.put(KEY, KEY);
      Path filler = disk.fill(4 << 20);
      TestCluster.await("the alarm", () -> alarms(client).contains(AlarmType.NOSPACE));
      assertThat(error(() -> client.put(KEY, LARGE))).isEqualTo(EtcdError.NO_SPACE.message());
      assertThat(client.range(KeyRange.single("k")).getKvs(0).getValue()).isEqualTo(KEY);
      client.delete(DeleteRangeRequest.newBuilder().setKey(KEY).build());
      Files.delete(filler);
      TestCluster.await(
          "a disarmed alarm",
          () -> {
            disarm(client);
            return alarms(client).isEmpty() && error(() -> client.put(KEY, LARGE)).equals("none");
          });
    }
  }

  @Test
  void aDiskWithoutAnyRoomEndsTheMemberAndLosesNothing() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 64);
        ProcessCluster cluster = new ProcessCluster(directory, disk.path(), 1)) {
      cluster.startAll();
      cluster.awaitServing();
      int acknowledged = 0;
      Path filler;
      try (KvClient client = cluster.client(cluster.runningMembers(), Duration.ofSeconds(3))) {
        client.put(KEY, KEY);
        filler = disk.fill(0);
        // Deletions go on under the alarm, until the log has no room for them.
        while (error(() -> client.delete(deletion())).equals("none")) {
          acknowledged++;
        }
      }
      assertThat(acknowledged).isPositive();
      cluster.awaitEnd(1);
      assertThat(Files.readString(cluster.log(1)))
          .contains("error: the store cannot go on")
          .contains("No space left on device")
          .contains("free some space");
      Files.delete(filler);
      cluster.start(1);
      cluster.awaitServing();
      try (KvClient client = cluster.client(cluster.runningMembers(), Duration.ofSeconds(3))) {
        assertThat(client.range(KeyRange.single("k")).getCount()).isEqualTo(1);
        TestCluster.await(
            "a put",
            () -> {
              disarm(client);
              return error(() -> client.put(KEY, LARGE)).equals("none");
            });
      }
    }
  }

  private static String health(TestCluster cluster, int member)
      throws IOException, InterruptedException {
    try (HttpsClient https = HttpsClient.create(cluster.clientIdentity())) {
      HttpResponse<String> answer =
          https.send(
              HttpRequest.newBuilder(cluster.endpoint(member).resolve("/health")).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  private static DeleteRangeRequest deletion() {
    return DeleteRangeRequest.newBuilder().setKey(LARGE).build();
  }

  private static ByteString incompressible(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(1).nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static @Nullable Void fill(KvClient client) {
    for (int i = 0; i < 100; i++) {
      client.put(KEY, LARGE);
    }
    return null;
  }

  private static String error(Callable<?> call) {
    try {
      Object unused = call.call();
      return "none";
    } catch (StatusRuntimeException e) {
      return String.valueOf(e.getStatus().getDescription());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static List<AlarmType> alarms(KvClient client) {
    return client.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsList().stream()
        .map(AlarmMember::getAlarm)
        .toList();
  }

  private static void disarm(KvClient client) {
    for (AlarmMember alarm :
        client.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsList()) {
      var unused =
          client
              .maintenance()
              .alarm(
                  AlarmRequest.newBuilder()
                      .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                      .setAlarm(alarm.getAlarm())
                      .setMemberID(alarm.getMemberID())
                      .build());
    }
  }
}
