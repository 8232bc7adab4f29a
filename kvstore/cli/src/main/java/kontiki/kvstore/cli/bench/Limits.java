package kontiki.kvstore.cli.bench;

import java.time.Duration;

/**
 * When a round ends: at the first of the two.
 *
 * @param patience how long nothing may be answered before what is on its way is given up
 */
record Limits(Duration time, long operations, Duration patience) {
  /** No round lasts longer. */
  static final Duration MOST_TIME = Duration.ofHours(1);
}
