package kontiki.kvstore.server.raft;

import java.time.Duration;

/**
 * Bounds of a {@link Proposer}.
 *
 * @param maxPending requests that wait for their turn; more are refused
 * @param maxPendingBytes of them together
 * @param maxInFlight entries given to the log and not applied yet
 * @param maxBatch requests in one entry
 * @param maxBatchBytes of one entry, unless its first request is larger
 * @param eagerBatch while an entry is in flight, so many requests must have gathered for the next
 * @param timeout after which a client is told that nobody knows
 * @param retryDelay before asking again for a leader
 */
public record ProposerLimits(
    int maxPending,
    long maxPendingBytes,
    int maxInFlight,
    int maxBatch,
    int maxBatchBytes,
    int eagerBatch,
    Duration timeout,
    Duration retryDelay) {
  public static final ProposerLimits DEFAULT =
      new ProposerLimits(
          20_000, 32L << 20, 4, 512, 1 << 20, 64, Duration.ofSeconds(7), Duration.ofMillis(10));
}
