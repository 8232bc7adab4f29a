package kontiki.kvstore.server.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis' settings: latency, bounds of memory, and what must never be switched on. */
final class RatisProperties {
  private static final String SEGMENT = "16MB";
  private static final String CACHED_LOG = "24MB";
  private static final int CACHED_SEGMENTS = 2;
  private static final String PREALLOCATED = "1MB";
  private static final int FRAME_BYTES = 4 << 10;
  private static final String FLOW_WINDOW = "2MB";
  private static final int SERVER_THREADS = 8;
  private static final int REQUEST_THREADS = 16;
  private static final Duration RETRY_CACHE = Duration.ofSeconds(5);
  private static final Duration PAUSE_THAT_ENDS_THE_SERVER = Duration.ofHours(1);

  private RatisProperties() {}

  static RaftProperties of(Path directory, String host, int port, RaftSettings settings) {
    RaftProperties p = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(p, List.of(directory.toFile()));
    RaftConfigKeys.Rpc.setType(p, new PromptRpc());
    GrpcConfigKeys.Server.setHost(p, host);
    GrpcConfigKeys.Server.setPort(p, port);
    elections(p, settings);
    log(p, settings);
    bounds(p, settings);
    // Snapshots are pulled by the follower, as a checkpoint of the engine.
    Log.Appender.setInstallSnapshotEnabled(p, false);
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
    // A read never goes through Ratis: its LINEARIZABLE option can answer with old values.
    RaftServerConfigKeys.Read.setOption(p, RaftServerConfigKeys.Read.Option.DEFAULT);
    return p;
  }

  private static void elections(RaftProperties p, RaftSettings settings) {
    Rpc.setTimeoutMin(p, time(settings.election()));
    Rpc.setTimeoutMax(p, time(settings.election().multipliedBy(3).dividedBy(2)));
    Rpc.setFirstElectionTimeoutMin(p, time(settings.firstElection()));
    Rpc.setFirstElectionTimeoutMax(p, time(settings.firstElection().multipliedBy(2)));
    Rpc.setRequestTimeout(p, time(settings.election().multipliedBy(2)));
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        p, time(settings.election().multipliedBy(2)));
    RaftServerConfigKeys.setCloseThreshold(p, time(PAUSE_THAT_ENDS_THE_SERVER));
  }

  private static void log(RaftProperties p, RaftSettings settings) {
    // The commit index is learned from the leader anyway; a log entry for it costs a second sync.
    Log.setLogMetadataEnabled(p, false);
    Log.Appender.setWaitTimeMin(p, TimeDuration.valueOf(0, TimeUnit.MILLISECONDS));
    Log.setUnsafeFlushEnabled(p, false);
    Log.setAsyncFlushEnabled(p, false);
    Log.setPurgeUptoSnapshotIndex(p, true);
    Log.setPurgeGap(p, 1);
    Log.setPurgePreservationLogNum(p, settings.keptEntries());
    Log.setSegmentSizeMax(p, SizeInBytes.valueOf(SEGMENT));
    Log.setPreallocatedSize(p, SizeInBytes.valueOf(PREALLOCATED));
  }

  private static void bounds(RaftProperties p, RaftSettings settings) {
    Log.setSegmentCacheNumMax(p, CACHED_SEGMENTS);
    Log.setSegmentCacheSizeMax(p, SizeInBytes.valueOf(CACHED_LOG));
    // Must hold the largest append, with its frame.
    Log.setWriteBufferSize(p, SizeInBytes.valueOf(settings.maxEntryBytes() + FRAME_BYTES));
    Log.setQueueByteLimit(p, SizeInBytes.valueOf(4L * settings.maxEntryBytes()));
    Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf(settings.maxEntryBytes()));
    GrpcConfigKeys.setMessageSizeMax(p, SizeInBytes.valueOf(3L * settings.maxEntryBytes()));
    GrpcConfigKeys.setFlowControlWindow(p, SizeInBytes.valueOf(FLOW_WINDOW));
    GrpcConfigKeys.Server.setWorkerGroupSize(p, 1);
    GrpcConfigKeys.Server.setAsyncRequestThreadPoolCached(p, false);
    GrpcConfigKeys.Server.setAsyncRequestThreadPoolSize(p, REQUEST_THREADS);
    RaftServerConfigKeys.Write.setByteLimit(p, SizeInBytes.valueOf(16L * settings.maxEntryBytes()));
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, time(RETRY_CACHE));
    RaftServerConfigKeys.RetryCache.setStatisticsExpiryTime(p, time(RETRY_CACHE));
    RaftServerConfigKeys.ThreadPool.setProxyCached(p, false);
    RaftServerConfigKeys.ThreadPool.setProxySize(p, 1);
    RaftServerConfigKeys.ThreadPool.setServerCached(p, false);
    RaftServerConfigKeys.ThreadPool.setServerSize(p, SERVER_THREADS);
    RaftServerConfigKeys.ThreadPool.setClientCached(p, false);
    RaftServerConfigKeys.ThreadPool.setClientSize(p, SERVER_THREADS);
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
