package kontiki.chaos.fault;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When what is done: a sequence without end that depends on the seed alone. Who leads at that time
 * is not in the seed's power. Used by one thread.
 */
public final class FaultSchedule {
  private static final int MIN_QUIET_MILLIS = 500;
  private static final int MAX_QUIET_MILLIS = 4_000;
  private static final int MIN_HELD_MILLIS = 300;
  private static final int MAX_HELD_MILLIS = 6_000;

  /**
   * @param quietMillis nothing is done for so long, then
   * @param kind is done
   * @param pick to the member with this number, modulo the number of members, where the kind needs
   *     one
   * @param heldMillis and undone after so long
   */
  public record Step(int quietMillis, FaultKind kind, int pick, int heldMillis) {}

  private final RandomGenerator random;
  private final List<FaultKind> kinds;
  private final int calmMillis;

  /**
   * @param kinds at least one; a kind that is listed twice comes twice as often
   * @param calm nothing is done for at least so long before each step
   */
  public FaultSchedule(RandomGenerator random, List<FaultKind> kinds, Duration calm) {
    this.random = random;
    this.kinds = List.copyOf(kinds);
    this.calmMillis = Math.toIntExact(calm.toMillis());
  }

  public Step next() {
    return new Step(
        calmMillis + random.nextInt(MIN_QUIET_MILLIS, MAX_QUIET_MILLIS),
        kinds.get(random.nextInt(kinds.size())),
        random.nextInt(Integer.MAX_VALUE),
        random.nextInt(MIN_HELD_MILLIS, MAX_HELD_MILLIS));
  }
}
