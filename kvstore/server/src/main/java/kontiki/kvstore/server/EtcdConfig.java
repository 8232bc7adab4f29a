package kontiki.kvstore.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import kontiki.kvstore.server.auth.AuthSettings;
import kontiki.kvstore.server.front.SpaceQuota;
import kontiki.kvstore.server.raft.ProposerLimits;
import kontiki.kvstore.server.raft.RaftSettings;
import kontiki.kvstore.server.watch.WatchLimits;

/**
 * Everything that one member needs to know.
 *
 * @param existing a member without data joins a cluster that runs
 * @param listenClient one or more https URLs
 * @param listenPeer one https URL
 * @param advertiseClient what other members tell clients
 */
public record EtcdConfig(
    String name,
    Path dataDirectory,
    InitialCluster cluster,
    boolean existing,
    List<String> listenClient,
    String listenPeer,
    List<String> advertiseClient,
    Certificates client,
    Certificates peer,
    Limits limits,
    RaftSettings raft,
    RocksSettings rocks,
    ProposerLimits proposer,
    WatchLimits watch,
    AuthSettings auth) {
  /**
   * PEM files.
   *
   * @param chain this member's certificate first
   * @param trust authorities of those it meets
   */
  public record Certificates(Path chain, Path key, Path trust) {}

  /**
   * @param maxRequestBytes of one request
   * @param maxTxnOps in each list of a transaction
   * @param quotaBytes of the data on disk, negative: none
   * @param compactionRecords looked at in one step of a compaction
   * @param compactionPause between two steps
   * @param slowRequest the log warns of a request that takes longer
   * @param retention of the history
   * @param maxRangeBytes that one range may hold in memory
   */
  public record Limits(
      int maxRequestBytes,
      int maxTxnOps,
      long quotaBytes,
      int compactionRecords,
      Duration compactionPause,
      Duration slowRequest,
      Retention retention,
      long maxRangeBytes) {
    public static final Limits DEFAULT =
        new Limits(
            3 << 19,
            128,
            SpaceQuota.DEFAULT_BYTES,
            1000,
            Duration.ofMillis(10),
            Duration.ofMillis(300),
            new Retention.Everything(),
            defaultRangeBytes());

    /** A quarter of the heap; at most what etcd's own client takes in one message. */
    static long defaultRangeBytes() {
      return Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4);
    }

    Limits with(Retention other) {
      return new Limits(
          maxRequestBytes,
          maxTxnOps,
          quotaBytes,
          compactionRecords,
          compactionPause,
          slowRequest,
          other,
          maxRangeBytes);
    }

    Limits withMaxRange(long bytes) {
      return new Limits(
          maxRequestBytes,
          maxTxnOps,
          quotaBytes,
          compactionRecords,
          compactionPause,
          slowRequest,
          retention,
          bytes);
    }

    Limits withQuota(long bytes) {
      return new Limits(
          maxRequestBytes,
          maxTxnOps,
          bytes,
          compactionRecords,
          compactionPause,
          slowRequest,
          retention,
          maxRangeBytes);
    }
  }

  /** etcd's rule: one and a half election timeouts, in whole seconds, rounded up. */
  long minLeaseTtlSeconds() {
    long millis = raft.election().toMillis() * 3 / 2;
    return (millis + 999) / 1000;
  }
}
