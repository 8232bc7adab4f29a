package kontiki.kvstore.server.front;

import java.util.concurrent.TimeUnit;

/** Bounds how many lines are written in a second. Thread-safe. */
final class LineBudget {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private boolean begun;
  private long since;
  private int written;
  private int leftOut;

  LineBudget(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Whether a line may be written now.
   *
   * @param now of {@link System#nanoTime}
   * @return how many lines were left out before this one, or -1: leave it out
   */
  synchronized int take(long now) {
    if (!begun || now - since >= SECOND) {
      begun = true;
      since = now;
      written = 0;
    }
    if (written >= perSecond) {
      leftOut++;
      return -1;
    }
    written++;
    int before = leftOut;
    leftOut = 0;
    return before;
  }
}
