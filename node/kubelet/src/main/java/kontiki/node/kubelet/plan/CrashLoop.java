package kontiki.node.kubelet.plan;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long a container that keeps ending waits before its next start: 10 s after its second end,
 * then twice as long each time up to 5 min; forgotten when it ran for 10 min.
 *
 * @param delay the pause after the latest end
 * @param restartedAt when the delay was last raised
 */
public record CrashLoop(Duration delay, Instant restartedAt) {
  public static final Duration FIRST = Duration.ofSeconds(10);
  public static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN_AFTER = LONGEST.multipliedBy(2);

  /** When the container that ended at {@code endedAt} may start again. */
  static Instant mayStartAt(@Nullable CrashLoop loop, Instant endedAt) {
    return loop == null || loop.forgotten(endedAt) ? endedAt : endedAt.plus(loop.delay);
  }

  /** The state after a restart at {@code now} of a container that ended at {@code endedAt}. */
  static CrashLoop next(@Nullable CrashLoop loop, Instant endedAt, Instant now) {
    if (loop == null || loop.forgotten(endedAt)) {
      return new CrashLoop(FIRST, now);
    }
    Duration doubled = loop.delay.multipliedBy(2);
    return new CrashLoop(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now);
  }

  private boolean forgotten(Instant endedAt) {
    return Duration.between(restartedAt, endedAt).compareTo(FORGOTTEN_AFTER) > 0;
  }
}
