package kontiki.kvstore.cli.bench;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Whether one watcher saw each write of its key exactly once and in order. The writes of a key are
 * numbered {@code first, first + step, first + 2 * step ...}; a write whose outcome is not known
 * may be seen or not. Events are reported by one thread at a time; {@link #isComplete} may be asked
 * by any.
 */
final class DeliveryCheck {

  /** What can be wrong with a delivery; each is an error, however few there are. */
  enum Fault {
    EVENT_LOST,
    EVENT_DUPLICATE,
    EVENT_OUT_OF_ORDER
  }

  /** Where faults are told: how many of a kind more (or, of lost ones that came late, fewer). */
  interface Faults {
    void add(Fault fault, long count);
  }

  /** Skipped writes that are remembered, to tell a late event from a repeated one. */
  static final int MOST_SKIPPED = 10_000;

  private final long step;
  private final LongPredicate uncertain;
  private final Faults faults;
  private final Set<Long> skipped = new HashSet<>();
  private volatile long next;

  /**
   * @param uncertain whether the outcome of a write is not known; asked once a later one was seen
   */
  DeliveryCheck(long first, long step, LongPredicate uncertain, Faults faults) {
    this.next = first;
    this.step = step;
    this.uncertain = uncertain;
    this.faults = faults;
  }

  /** Whether all of the numbers below {@code end} were seen that must be. */
  boolean isComplete(long end) {
    for (long number = next; number < end; number += step) {
      if (!uncertain.test(number)) {
        return false;
      }
    }
    return true;
  }

  /** An event came. */
  void event(long number) {
    long expected = next;
    if (number < expected) {
      if (skipped.remove(number)) {
        faults.add(Fault.EVENT_OUT_OF_ORDER, 1);
        if (!uncertain.test(number)) {
          faults.add(Fault.EVENT_LOST, -1);
        }
      } else {
        faults.add(Fault.EVENT_DUPLICATE, 1);
      }
      return;
    }
    skip(expected, number);
    next = number + step;
  }

  /** No event comes any more: the numbers below {@code end} should have been seen. */
  void end(long end) {
    skip(next, end);
    next = Math.max(next, end);
  }

  private void skip(long from, long to) {
    for (long number = from; number < to; number += step) {
      if (skipped.size() < MOST_SKIPPED) {
        skipped.add(number);
      }
      if (!uncertain.test(number)) {
        faults.add(Fault.EVENT_LOST, 1);
      }
    }
  }
}
