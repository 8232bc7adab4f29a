package kontiki.kvstore.cli.bench;

import java.time.Duration;

/**
 * How often one of several clients sends. A client that is late skips the slots that it missed;
 * their latencies are filled in by the histogram's expected interval, which is what corrects for
 * coordinated omission, and sending them late as well would count them twice.
 *
 * @param intervalNanos between two requests of one client; 0: as fast as the answers come
 */
record Pace(long intervalNanos) {
  private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();
  static final Pace FLAT_OUT = new Pace(0);

  /**
   * @param perSecond of all clients together; 0: flat out
   */
  static Pace of(double perSecond, int clients) {
    return perSecond == 0
        ? FLAT_OUT
        : new Pace(Math.max(1, Math.round(NANOS_PER_SECOND / perSecond * clients)));
  }

  boolean isFlatOut() {
    return intervalNanos == 0;
  }

  /** When a client has its first slot: the clients are spread evenly over one interval. */
  long first(long start, int client, int clients) {
    return start + intervalNanos * client / clients;
  }

  /** The first slot after the last one used that is not over yet. */
  long next(long last, long now) {
    long missed = Math.max(0, (now - last - 1) / intervalNanos);
    return last + (missed + 1) * intervalNanos;
  }
}
