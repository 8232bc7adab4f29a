package kontiki.kvstore.cli.bench;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * What the operations of one connection came to. Thread-safe, and cheap because the answers of a
 * connection come on one event loop: the histogram's counters are atomic (a failure may be told by
 * another thread) but nobody contends for them. A Recorder would add a phase to each record, for
 * readers while it records: here it is read once, after the round.
 */
final class Tally {
  /** Latencies are told apart to a microsecond, and to three digits. */
  private static final long LEAST_NANOS = 1_000;

  private static final long MOST_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int DIGITS = 3;

  private final AtomicHistogram histogram = new AtomicHistogram(LEAST_NANOS, MOST_NANOS, DIGITS);
  private final long intervalNanos;
  private final LongAdder operations = new LongAdder();
  private final LongAdder inTime = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final ConcurrentHashMap<String, LongAdder> errors = new ConcurrentHashMap<>();

  /**
   * @param intervalNanos between two requests of a client that keeps its pace; 0: it has none
   */
  Tally(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  void answered(long latencyNanos, long size, boolean isInTime) {
    histogram.recordValueWithExpectedInterval(
        Math.clamp(latencyNanos, 0, MOST_NANOS), intervalNanos);
    operations.increment();
    if (isInTime) {
      inTime.increment();
      bytes.add(size);
    }
  }

  void failed(String code) {
    failed(code, 1);
  }

  /** Or fewer, where a count is taken back. */
  void failed(String code, long count) {
    errors.computeIfAbsent(code, _ -> new LongAdder()).add(count);
  }

  long operations() {
    return operations.sum();
  }

  long failures() {
    return errors.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** The sum of the connections' tallies over a round of this length. */
  static Round round(List<Tally> tallies, double seconds) {
    var all = new Histogram(LEAST_NANOS, MOST_NANOS, DIGITS);
    var errors = new TreeMap<String, Long>();
    for (var tally : tallies) {
      all.add(tally.histogram);
      tally.errors.forEach((code, count) -> errors.merge(code, count.sum(), Long::sum));
    }
    errors.values().removeIf(count -> count == 0);
    return new Round(
        tallies.stream().mapToLong(Tally::operations).sum(),
        tallies.stream().mapToLong(tally -> tally.inTime.sum()).sum() / seconds,
        tallies.stream().mapToLong(tally -> tally.bytes.sum()).sum() / seconds,
        Round.Latency.of(all),
        errors);
  }
}
