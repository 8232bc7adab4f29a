package kontiki.kvstore.cli.bench;

import java.util.SortedMap;
import org.HdrHistogram.Histogram;

/**
 * What one round measured.
 *
 * @param operations answered, or delivered
 * @param perSecond of those that were answered before the round's time was over
 * @param bytesPerSecond of keys and values, of the same
 * @param errors how many by code
 */
record Round(
    long operations,
    double perSecond,
    double bytesPerSecond,
    Latency latency,
    SortedMap<String, Long> errors) {

  /** Nanoseconds; of all operations, also of those answered after the round's time. */
  record Latency(long p50, long p90, long p99, long p999, long max) {
    static Latency of(Histogram histogram) {
      return new Latency(
          histogram.getValueAtPercentile(50),
          histogram.getValueAtPercentile(90),
          histogram.getValueAtPercentile(99),
          histogram.getValueAtPercentile(99.9),
          histogram.getMaxValue());
    }
  }

  long failed() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }
}
