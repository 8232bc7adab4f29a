package kontiki.kvstore.cli.bench;

import static kontiki.kvstore.cli.bench.DeliveryCheck.Fault.EVENT_DUPLICATE;
import static kontiki.kvstore.cli.bench.DeliveryCheck.Fault.EVENT_LOST;
import static kontiki.kvstore.cli.bench.DeliveryCheck.Fault.EVENT_OUT_OF_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A delivery without a fault passes, and each planted fault is found and named. */
class DeliveryCheckTest {
  private static final Set<Long> NONE = Set.of();

  private static Map<DeliveryCheck.Fault, Long> faults(
      long step, Set<Long> uncertain, long end, long... events) {
    var faults = new EnumMap<DeliveryCheck.Fault, Long>(DeliveryCheck.Fault.class);
    var check =
        new DeliveryCheck(
            0, step, uncertain::contains, (fault, n) -> faults.merge(fault, n, Long::sum));
    for (long event : events) {
      check.event(event);
    }
    check.end(end);
    faults.values().removeIf(count -> count == 0);
    return faults;
  }

  @Test
  void eachOnceAndInOrderIsRight() {
    assertThat(faults(1, NONE, 4, 0, 1, 2, 3)).isEmpty();
    assertThat(faults(3, NONE, 10, 0, 3, 6, 9)).isEmpty();
    assertThat(faults(3, NONE, 9, 0, 3, 6)).isEmpty();
  }

  @Test
  void aGapIsALostEvent() {
    assertThat(faults(1, NONE, 4, 0, 3)).containsExactlyEntriesOf(Map.of(EVENT_LOST, 2L));
  }

  @Test
  void anEarlyEndIsALostEvent() {
    assertThat(faults(1, NONE, 3, 0, 1)).containsExactlyEntriesOf(Map.of(EVENT_LOST, 1L));
    assertThat(faults(2, NONE, 5)).containsExactlyEntriesOf(Map.of(EVENT_LOST, 3L));
  }

  @Test
  void aRepeatedEventIsADuplicate() {
    assertThat(faults(1, NONE, 3, 0, 1, 1, 2, 0))
        .containsExactlyEntriesOf(Map.of(EVENT_DUPLICATE, 2L));
  }

  @Test
  void exchangedEventsAreOutOfOrderAndNotLost() {
    assertThat(faults(1, NONE, 4, 0, 2, 1, 3))
        .containsExactlyEntriesOf(Map.of(EVENT_OUT_OF_ORDER, 1L));
  }

  @Test
  void aLateEventThatComesTwiceIsBoth() {
    assertThat(faults(1, NONE, 3, 0, 2, 1, 1))
        .isEqualTo(Map.of(EVENT_OUT_OF_ORDER, 1L, EVENT_DUPLICATE, 1L));
  }

  @Test
  void aWriteThatFailedMayBeSeenOrNotButNotLate() {
    assertThat(faults(1, Set.of(1L, 3L), 4, 0, 1, 2)).isEmpty();
    assertThat(faults(1, Set.of(1L, 3L), 4, 0, 2, 3)).isEmpty();
    assertThat(faults(1, Set.of(1L), 3, 0, 2, 1))
        .containsExactlyEntriesOf(Map.of(EVENT_OUT_OF_ORDER, 1L));
  }

  @Test
  void itIsCompleteWhenOnlyUncertainWritesAreLeft() {
    var check = new DeliveryCheck(0, 1, Set.of(2L)::contains, (_, _) -> {});
    check.event(0);
    assertThat(check.isComplete(2)).isFalse();
    check.event(1);
    assertThat(check.isComplete(2)).isTrue();
    assertThat(check.isComplete(3)).isTrue();
    assertThat(check.isComplete(4)).isFalse();
  }
}
