package kontiki.kvstore.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The median of some figures, and the least and the greatest of them. */
record Spread(double median, double least, double greatest) {

  /**
   * @param figures at least one
   */
  static Spread of(double... figures) {
    if (figures.length == 0) {
      throw new IllegalArgumentException("a median of nothing");
    }
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  static <T> Spread of(List<T> rounds, ToDoubleFunction<T> figure) {
    return of(rounds.stream().mapToDouble(figure).toArray());
  }

  /**
   * The first's figures over the second's, pair by pair. A pair whose second figure is zero has no
   * ratio; without any pair the spread is of NaN.
   */
  static <T> Spread ofRatios(List<T> first, List<T> second, ToDoubleFunction<T> figure) {
    int pairs = Math.min(first.size(), second.size());
    double[] ratios = new double[pairs];
    int found = 0;
    for (int i = 0; i < pairs; i++) {
      double ratio = figure.applyAsDouble(first.get(i)) / figure.applyAsDouble(second.get(i));
      if (Double.isFinite(ratio)) {
        ratios[found++] = ratio;
      }
    }
    return found == 0
        ? new Spread(Double.NaN, Double.NaN, Double.NaN)
        : of(Arrays.copyOf(ratios, found));
  }
}
