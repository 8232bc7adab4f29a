package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.server.raft.RaftSettings;
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
}
