package kontiki.kvstore.server;

import java.time.Duration;
import kontiki.kvstore.server.raft.RaftSettings;
import picocli.CommandLine.Option;

/** Elections and the log. */
final class RaftOptions {
  @Option(names = "--heartbeat-interval", paramLabel = "MS", description = "Default: 100")
  long heartbeatMillis = 100;

  @Option(names = "--election-timeout", paramLabel = "MS", description = "Default: 1000")
  long electionMillis = 1000;

  @Option(
      names = "--snapshot-count",
      paramLabel = "N",
      description = "Log entries after which the engine is flushed. Default: 10000")
  long snapshotCount = RaftSettings.DEFAULT.flushEntries();

  @Option(
      names = "--snapshot-catchup-entries",
      paramLabel = "N",
      description = "Log entries kept for members that are behind. Default: 5000")
  long keptEntries = RaftSettings.DEFAULT.keptEntries();

  /** Throws StartException where the options contradict each other. */
  RaftSettings settings(int members, int maxRequestBytes) {
    // Alone, there is nobody to wait for.
    Duration first = members == 1 ? Duration.ofMillis(20) : RaftSettings.DEFAULT.firstElection();
    if (snapshotCount <= 0) {
      throw new StartException("--snapshot-count must be positive, not " + snapshotCount);
    }
    if (keptEntries < 0) {
      throw new StartException("--snapshot-catchup-entries must not be negative");
    }
    try {
      return new RaftSettings(
          Duration.ofMillis(heartbeatMillis),
          Duration.ofMillis(electionMillis),
          first,
          Math.max(RaftSettings.DEFAULT.maxEntryBytes(), 2 * maxRequestBytes),
          snapshotCount,
          keptEntries);
    } catch (IllegalArgumentException e) {
      throw new StartException("--election-timeout: " + e.getMessage(), e);
    }
  }
}
