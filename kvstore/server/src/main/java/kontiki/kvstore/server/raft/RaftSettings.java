package kontiki.kvstore.server.raft;

import java.time.Duration;

/**
 * How the raft group of one member runs.
 *
 * @param heartbeat of the leader; Ratis sends one every half election timeout, so this is only
 *     checked to be below that
 * @param election timeout: a follower that hears nothing for so long, or up to half as much again,
 *     stands for election
 * @param firstElection the same for a member that has just started and knows no leader
 * @param maxEntryBytes no log entry is larger
 * @param flushEntries after so many entries the engine is flushed and the log may be cut
 * @param keptEntries so many entries before the flushed one stay in the log for slow followers
 */
public record RaftSettings(
    Duration heartbeat,
    Duration election,
    Duration firstElection,
    int maxEntryBytes,
    long flushEntries,
    long keptEntries) {
  public static final RaftSettings DEFAULT =
      new RaftSettings(
          Duration.ofMillis(100),
          Duration.ofMillis(1000),
          Duration.ofMillis(300),
          4 << 20,
          10_000,
          5_000);

  public RaftSettings {
    if (heartbeat.multipliedBy(2).compareTo(election) > 0) {
      throw new IllegalArgumentException(
          "the election timeout ("
              + election.toMillis()
              + " ms) must be at least twice the heartbeat interval ("
              + heartbeat.toMillis()
              + " ms)");
    }
  }
}
