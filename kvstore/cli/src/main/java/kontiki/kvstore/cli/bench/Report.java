package kontiki.kvstore.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What a benchmark measured.
 *
 * @param unit what was counted, "ops" or "events"
 * @param settings the flags that shaped it, in order
 * @param rounds how many each target should have had
 * @param targets one, or the one and the other that it is compared with
 */
record Report(
    String name,
    String unit,
    SequencedMap<String, String> settings,
    int rounds,
    List<Measured> targets) {
  private static final double MOST_ERRORS = 0.01;
  private static final double NANOS_PER_MILLI = 1e6;

  /** A target's complete rounds. */
  record Measured(String name, List<String> endpoints, List<Round> rounds) {

    Spread spread(Figure figure) {
      return Spread.of(rounds, figure.of);
    }

    long operations() {
      return rounds.stream().mapToLong(Round::operations).sum();
    }

    long failed() {
      return rounds.stream().mapToLong(Round::failed).sum();
    }

    SortedMap<String, Long> errors() {
      var all = new TreeMap<String, Long>();
      rounds.forEach(round -> round.errors().forEach((code, n) -> all.merge(code, n, Long::sum)));
      return all;
    }
  }

  /** The figures of a round of which a report gives the median; latencies in milliseconds. */
  enum Figure {
    PER_SECOND("perSecond", Round::perSecond),
    P50("p50Millis", round -> round.latency().p50() / NANOS_PER_MILLI),
    P90("p90Millis", round -> round.latency().p90() / NANOS_PER_MILLI),
    P99("p99Millis", round -> round.latency().p99() / NANOS_PER_MILLI),
    P999("p999Millis", round -> round.latency().p999() / NANOS_PER_MILLI),
    MAX("maxMillis", round -> round.latency().max() / NANOS_PER_MILLI),
    MEGABYTES_PER_SECOND("megabytesPerSecond", round -> round.bytesPerSecond() / 1e6);

    /** Those of which two targets' ratio is given. */
    static final List<Figure> COMPARED = List.of(PER_SECOND, P50, P99);

    final String json;
    final ToDoubleFunction<Round> of;

    Figure(String json, ToDoubleFunction<Round> of) {
      this.json = json;
      this.of = of;
    }
  }

  boolean isComparison() {
    return targets.size() == 2 && targets.stream().noneMatch(one -> one.rounds().isEmpty());
  }

  /** The first target's figure over the second's, of the pairs of rounds. */
  Spread ratio(Figure figure) {
    return Spread.ofRatios(targets.getFirst().rounds(), targets.getLast().rounds(), figure.of);
  }

  /** What makes the benchmark a failure, in words; empty: nothing does. */
  String problem() {
    for (var target : targets) {
      long failed = target.failed();
      if (target.operations() == 0) {
        return target.name() + ": nothing was measured" + because(target.errors());
      }
      if (failed > MOST_ERRORS * (target.operations() + failed)) {
        return "%s: more than 1%% failed: %d of %d%s"
            .formatted(
                target.name(), failed, target.operations() + failed, because(target.errors()));
      }
      for (var fault : DeliveryCheck.Fault.values()) {
        if (target.errors().containsKey(fault.name())) {
          return target.name()
              + ": not every event came exactly once and in order"
              + because(target.errors());
        }
      }
    }
    return "";
  }

  private static String because(Map<String, Long> errors) {
    return errors.isEmpty() ? "" : " (" + SimpleReport.codes(errors) + ")";
  }
}
