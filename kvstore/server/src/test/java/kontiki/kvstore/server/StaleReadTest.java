package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import kontiki.kvstore.server.raft.RatisRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that is cut off from its peers must not answer a linearizable read with an old value.
 */
class StaleReadTest {
  private static final int ROUNDS = 2;

  /** On a busy machine the old leader may notice before it is asked. */
  private static final int ROUNDS_UNTIL_RATIS_IS_STALE = 12;

  @TempDir Path directory;

  @Test
  void aLeaderThatIsCutOffNeverAnswersWithAnOldValue() throws IOException, InterruptedException {
    try (Register store = new StoreRegister(directory);
        Partition partition = new Partition()) {
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(CutOffLeader.play(store, partition, 2L * round).stale()).isEmpty();
      }
    }
  }

  /** The same history finds the reads that Ratis calls linearizable stale: it is able to. */
  @Test
  void theSameHistoryFindsRatisOwnReadsStale() throws IOException, InterruptedException {
    try (Register ratis = new RatisRegister(directory, TestCluster.freePorts(3));
        Partition partition = new Partition()) {
      boolean stale = false;
      for (int round = 0; !stale && round < ROUNDS_UNTIL_RATIS_IS_STALE; round++) {
        stale = !CutOffLeader.play(ratis, partition, 2L * round).stale().isEmpty();
      }
      assertThat(stale)
          .as("Ratis' own linearizable reads are stale: else look for others that are")
          .isTrue();
    }
  }
}
