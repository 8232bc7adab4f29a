package kontiki.kvstore.server.watch;

import java.time.Duration;

/**
 * Bounds of the watch hub.
 *
 * @param queuedChanges that the hub has not handled yet; beyond, watchers are sent to catch up from
 *     history
 * @param streamBufferBytes responses that wait for a slow client, for each stream; beyond, its
 *     watchers catch up from history
 * @param catchUpBytes events read from history at a time for one watcher
 * @param fragmentBytes a response larger than this is split for a watcher that wants fragments
 * @param progressInterval between progress notifications of an idle watcher
 */
public record WatchLimits(
    int queuedChanges,
    int streamBufferBytes,
    int catchUpBytes,
    int fragmentBytes,
    Duration progressInterval) {
  public static final WatchLimits DEFAULT =
      new WatchLimits(20_000, 1 << 20, 512 << 10, 3 << 19, Duration.ofMinutes(10));
}
