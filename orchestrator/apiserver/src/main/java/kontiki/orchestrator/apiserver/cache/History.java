package kontiki.orchestrator.apiserver.cache;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last changes of one resource in revision order, each with a sequence number that grows by
 * one. At {@link #LIMIT} changes the oldest is dropped for each new one. Not thread-safe: guarded
 * by its cache's lock.
 */
final class History {
  /** How far a watcher may fall behind before it must list again. */
  static final int LIMIT = 8_192;

  private static final int INITIAL = 64;

  private @Nullable Change[] ring = new @Nullable Change[INITIAL];
  private long first;
  private long next;
  private long completeAfter;

  /** Everything after this revision is here; what came before is gone. */
  History(long completeAfter) {
    this.completeAfter = completeAfter;
  }

  void add(Change change) {
    if (next - first == ring.length) {
      if (ring.length < LIMIT) {
        grow();
      } else {
        completeAfter = at(first).revision();
        first++;
      }
    }
    ring[index(next)] = change;
    next++;
  }

  private void grow() {
    Object[] old = Arrays.copyOf(ring, ring.length);
    int oldLength = ring.length;
    ring = new @Nullable Change[Math.min(LIMIT, oldLength * 2)];
    for (long i = first; i < next; i++) {
      ring[index(i)] = (Change) old[(int) (i % oldLength)];
    }
  }

  private int index(long sequence) {
    return (int) (sequence % ring.length);
  }

  Change at(long sequence) {
    return Objects.requireNonNull(ring[index(sequence)]);
  }

  /** The sequence number that the next change will get. */
  long next() {
    return next;
  }

  /** The smallest sequence number that is still here. */
  long first() {
    return first;
  }

  long completeAfter() {
    return completeAfter;
  }

  /** The sequence number of the first change after a revision. */
  long firstAfter(long revision) {
    long low = first;
    long high = next;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (at(middle).revision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
