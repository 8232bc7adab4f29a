package kontiki.kvstore.server.front;

import java.time.Duration;

/**
 * What one request may ask for.
 *
 * @param maxRequestBytes of one request
 * @param maxTxnOps operations in each list of a transaction
 * @param minLeaseTtlSeconds shorter leases are lengthened to this
 * @param noLeaderTimeout after which streams that want a leader are ended
 * @param maxRangeBytes that one range may hold in memory
 */
public record FrontLimits(
    int maxRequestBytes,
    int maxTxnOps,
    long minLeaseTtlSeconds,
    Duration noLeaderTimeout,
    long maxRangeBytes) {
  /** etcd's longest lease, in seconds. */
  static final long MAX_LEASE_TTL_SECONDS = 9_000_000_000L;
}
