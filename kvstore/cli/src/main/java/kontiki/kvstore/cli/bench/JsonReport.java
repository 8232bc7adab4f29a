package kontiki.kvstore.cli.bench;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import kontiki.kvstore.cli.GoJson;

/** The report for programs: one object on one line, with each round; no figure is null or NaN. */
final class JsonReport {
  private static final int DIGITS = 3;

  private JsonReport() {}

  static String of(Report report) {
    var json = new GoJson().open('{');
    json.name("benchmark").string(report.name()).name("unit").string(report.unit());
    json.name("settings").open('{');
    report.settings().forEach((name, value) -> json.name(name).string(value));
    json.close('}').field("rounds", report.rounds()).name("targets").open('[');
    report.targets().forEach(target -> target(json, target));
    json.close(']');
    if (report.isComparison()) {
      json.name("ratios").open('{');
      for (var figure : Report.Figure.COMPARED) {
        spread(json, figure.json.replace("Millis", ""), report.ratio(figure));
      }
      json.close('}');
    }
    return json.close('}') + "\n";
  }

  private static void target(GoJson json, Report.Measured target) {
    json.open('{').name("name").string(target.name()).name("endpoints").open('[');
    target.endpoints().forEach(json::string);
    json.close(']').field("operations", target.operations());
    errors(json, target.errors());
    if (!target.rounds().isEmpty()) {
      json.name("median").open('{');
      for (var figure : Report.Figure.values()) {
        spread(json, figure.json, target.spread(figure));
      }
      json.close('}');
    }
    json.name("rounds").open('[');
    target.rounds().forEach(round -> round(json, round));
    json.close(']').close('}');
  }

  private static void round(GoJson json, Round round) {
    json.open('{').field("operations", round.operations());
    for (var figure : Report.Figure.values()) {
      json.name(figure.json).literal(number(figure.of.applyAsDouble(round)));
    }
    errors(json, round.errors());
    json.close('}');
  }

  private static void errors(GoJson json, Map<String, Long> errors) {
    json.name("errors").open('{');
    errors.forEach(json::field);
    json.close('}');
  }

  private static void spread(GoJson json, String name, Spread spread) {
    if (Double.isFinite(spread.median())) {
      json.name(name).open('{');
      json.name("median").literal(number(spread.median()));
      json.name("min").literal(number(spread.least()));
      json.name("max").literal(number(spread.greatest())).close('}');
    }
  }

  private static String number(double value) {
    var number = BigDecimal.valueOf(value).setScale(DIGITS, RoundingMode.HALF_UP);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
