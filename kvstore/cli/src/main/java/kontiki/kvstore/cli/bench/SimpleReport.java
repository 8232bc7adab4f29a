package kontiki.kvstore.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report for people: a column a target, medians with the least and greatest round. */
final class SimpleReport {
  private static final int COLUMN = 30;

  private SimpleReport() {}

  static String of(Report report) {
    var text = new StringBuilder(report.name()).append(": ");
    text.append(
        report.settings().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", ")));
    text.append("\n\n");
    var measured = report.targets().stream().filter(one -> !one.rounds().isEmpty()).toList();
    if (!measured.isEmpty()) {
      rows(report, measured).forEach(row -> text.append(row.stripTrailing()).append('\n'));
    }
    for (var target : report.targets()) {
      if (target.rounds().size() < report.rounds()) {
        text.append(
            "%s: %d of %d rounds are complete\n"
                .formatted(target.name(), target.rounds().size(), report.rounds()));
      }
    }
    if (report.isComparison()) {
      ratios(report, text);
    }
    return text.toString();
  }

  /** {@code UNAVAILABLE 3, UNKNOWN 1}. */
  static String codes(Map<String, Long> errors) {
    return errors.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static List<String> rows(Report report, List<Report.Measured> targets) {
    var rows = new ArrayList<String>();
    rows.add(row("median (range)", targets.stream().map(Report.Measured::name).toList()));
    for (var figure : Report.Figure.values()) {
      if (figure != Report.Figure.MEGABYTES_PER_SECOND
          || targets.stream().anyMatch(one -> one.spread(figure).greatest() > 0)) {
        int digits = digits(figure);
        rows.add(
            row(
                label(figure, report.unit()),
                targets.stream().map(one -> spread(one.spread(figure), digits)).toList()));
      }
    }
    rows.add(row(report.unit(), targets.stream().map(one -> number(one.operations(), 0)).toList()));
    rows.add(
        row(
            "errors",
            targets.stream().map(one -> one.failed() == 0 ? "0" : codes(one.errors())).toList()));
    return rows;
  }

  private static String label(Report.Figure figure, String unit) {
    return switch (figure) {
      case PER_SECOND -> unit + "/s";
      case P50 -> "p50 ms";
      case P90 -> "p90 ms";
      case P99 -> "p99 ms";
      case P999 -> "p99.9 ms";
      case MAX -> "max ms";
      case MEGABYTES_PER_SECOND -> "MB/s";
    };
  }

  private static int digits(Report.Figure figure) {
    return figure == Report.Figure.PER_SECOND ? 0 : 2;
  }

  private static String row(String label, List<String> cells) {
    var row = new StringBuilder("%-16s".formatted(label));
    cells.forEach(cell -> row.append(String.format(Locale.ROOT, "%-" + COLUMN + "s", cell)));
    return row.toString();
  }

  private static void ratios(Report report, StringBuilder text) {
    text.append('\n')
        .append(report.targets().getFirst().name())
        .append(" / ")
        .append(report.targets().getLast().name())
        .append(": ");
    text.append(
        Report.Figure.COMPARED.stream()
            .map(figure ->
                label(figure, report.unit()).replace(" ms", "")
                    + " "
                    + spread(report.ratio(figure), 2))
            .collect(Collectors.joining(", ")));
    text.append('\n');
  }

  private static String spread(Spread spread, int digits) {
    if (Double.isNaN(spread.median())) {
      return "-";
    }
    return number(spread.median(), digits)
        + " ("
        + number(spread.least(), digits)
        + ".."
        + number(spread.greatest(), digits)
        + ")";
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
