package kontiki.kvstore.server;

import kontiki.kvstore.server.front.SpaceQuota;
import kontiki.kvstore.server.watch.WatchLimits;
import picocli.CommandLine.Option;

/** What requests may ask for, and how much the store keeps. */
final class LimitOptions {
  @Option(names = "--max-txn-ops", paramLabel = "N", description = "Default: 128")
  int maxTxnOps = EtcdConfig.Limits.DEFAULT.maxTxnOps();

  @Option(names = "--max-request-bytes", paramLabel = "BYTES", description = "Default: 1572864")
  int maxRequestBytes = EtcdConfig.Limits.DEFAULT.maxRequestBytes();

  @Option(
      names = "--quota-backend-bytes",
      paramLabel = "BYTES",
      description =
          "Data on disk beyond which writes are refused. Default: 0, which is 2 GiB; negative:"
              + " no quota.")
  long quotaBytes;

  @Option(
      names = "--auto-compaction-mode",
      paramLabel = "MODE",
      description = "periodic or revision. Default: periodic")
  String compactionMode = "periodic";

  @Option(
      names = "--auto-compaction-retention",
      paramLabel = "N",
      description = "History to keep: 10m, hours, or revisions. Default: 0, all of it")
  String retention = "0";

  @Option(
      names = "--compaction-batch-limit",
      paramLabel = "N",
      description = "Records of history in one step of a compaction. Default: 1000")
  int compactionRecords = EtcdConfig.Limits.DEFAULT.compactionRecords();

  @Option(
      names = "--compaction-sleep-interval",
      paramLabel = "DURATION",
      description = "Between two such steps. Default: 10ms")
  String compactionPause = "10ms";

  @Option(
      names = "--watch-progress-notify-interval",
      paramLabel = "DURATION",
      description = "Such as 10m, 30s, 500ms. Default: 10m")
  String progressInterval = "10m";

  @Option(
      names = "--warning-unary-request-duration",
      paramLabel = "DURATION",
      description = "The log warns of a request that takes longer. Default: 300ms")
  String slowRequest = "300ms";

  @Option(
      names = "--max-range-bytes",
      paramLabel = "BYTES",
      description =
          "What one Range may hold in memory; larger ones are for RangeStream, or for pages."
              + " Default: 0, a quarter of the heap, at most 2 GiB. (Not etcd's.)")
  long maxRangeBytes;

  EtcdConfig.Limits limits() {
    return new EtcdConfig.Limits(
        positive("--max-request-bytes", maxRequestBytes),
        positive("--max-txn-ops", maxTxnOps),
        quotaBytes == 0 ? SpaceQuota.DEFAULT_BYTES : quotaBytes,
        positive("--compaction-batch-limit", compactionRecords),
        GoDuration.parse("--compaction-sleep-interval", compactionPause),
        GoDuration.parse("--warning-unary-request-duration", slowRequest),
        Retention.parse(compactionMode, retention),
        maxRangeBytes <= 0 ? EtcdConfig.Limits.defaultRangeBytes() : maxRangeBytes);
  }

  WatchLimits watch() {
    WatchLimits usual = WatchLimits.DEFAULT;
    return new WatchLimits(
        usual.queuedChanges(),
        usual.streamBufferBytes(),
        usual.catchUpBytes(),
        maxRequestBytes,
        GoDuration.parse("--watch-progress-notify-interval", progressInterval));
  }

  private static int positive(String flag, int value) {
    if (value <= 0) {
      throw new StartException(flag + " must be positive, not " + value);
    }
    return value;
  }
}
