package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.server.raft.RaftSettings;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Followers serve clients without waiting for the leader's next heartbeat: here it comes so late
 * that every request would time out.
 */
class FollowerTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final RaftSettings USUAL = RaftSettings.DEFAULT;
  private static final RaftSettings RARE_HEARTBEATS =
      new RaftSettings(
          USUAL.heartbeat(),
          Duration.ofMinutes(4),
          USUAL.firstElection(),
          USUAL.maxEntryBytes(),
          USUAL.flushEntries(),
          USUAL.keptEntries());

  @TempDir Path directory;

  @Test
  void writesAndReadsAtFollowersDoNotWaitForAHeartbeat() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 3).with(RARE_HEARTBEATS)) {
      cluster.startAll();
      int leader = cluster.leader();
      for (int member = 1; member <= 3; member++) {
        try (KvClient here = cluster.client(member);
            KvClient there = cluster.client(1 + member % 3)) {
          here.put(KEY, ByteString.copyFromUtf8("at " + member));
          assertThat(there.range(KeyRange.single(KEY)).getKvs(0).getValue().toStringUtf8())
              .isEqualTo("at " + member);
        }
      }
      assertThat(cluster.leader()).isEqualTo(leader);
    }
  }

  @Test
  void commitsAreToldWithFewMessages() throws Exception {
    AtomicLong appends = new AtomicLong();
    try (TestCluster cluster = TestCluster.started(directory, 3);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      CodeInjectionForTesting.put(
          "RaftServerImpl.appendEntries",
          (_, _, _) -> {
            appends.incrementAndGet();
            return false;
          });
      long before = cluster.server(cluster.leader()).node().commitIndex();
      List<Callable<Void>> writers =
          IntStream.rangeClosed(1, 30)
              .<Callable<Void>>mapToObj(i ->
                  () -> {
                    write(cluster, 1 + i % 3);
                    return null;
                  })
              .toList();
      for (Future<Void> done : clients.invokeAll(writers)) {
        done.get();
      }
      long entries = cluster.server(cluster.leader()).node().commitIndex() - before;
      // An entry and a commit for each follower, and some heartbeats.
      assertThat(appends.get()).isLessThan(6 * entries + 100);
    } finally {
      CodeInjectionForTesting.put("RaftServerImpl.appendEntries", (_, _, _) -> false);
    }
  }

  private static void write(TestCluster cluster, int member) {
    try (KvClient client = cluster.client(member)) {
      for (int i = 0; i < 40; i++) {
        client.put(KEY, ByteString.copyFromUtf8("v" + i));
      }
    }
  }
}
