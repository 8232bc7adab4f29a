package kontiki.kvstore.cli.bench;

import java.util.Optional;
import kontiki.kvstore.cli.bench.RequestWorkload.Load;

/**
 * One writer, and watchers that must see each of its writes exactly once and in order; an event's
 * latency is the time from when its write was sent. The writer has a connection of its own.
 *
 * @param streams over which the watchers are spread by turns; the streams over the connections
 * @param space the keys that are written by turns and watched by turns, each by itself
 * @param writer one client
 */
record WatchWorkload(
    String name, int watchers, int streams, KeySpace space, Values values, Load writer)
    implements Workload {

  @Override
  public String unit() {
    return "events";
  }

  @Override
  public Optional<KeySpace> keys() {
    return Optional.of(space);
  }

  @Override
  public int extraConnections() {
    return 1;
  }

  @Override
  public Round run(Target target, Limits limits, Progress progress) throws InterruptedException {
    try (var round = new WatchRound(this, target, limits, progress)) {
      return round.run();
    }
  }
}
