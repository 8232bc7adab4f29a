package kontiki.kvstore.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kontiki.kvstore.cli.ConnectedCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A benchmark as a command: from flags to a plan, from the report to the output and exit code. */
abstract class AbstractBench extends ConnectedCommand {
  static final double MOST_RATE = 10_000_000;
  private static final Duration LONGEST_BY_DEFAULT = Duration.ofMinutes(10);
  private static final Duration DEFAULT_TIME = Duration.ofSeconds(10);

  @Mixin private BenchOptions bench = new BenchOptions();
  @Spec private CommandSpec command = CommandSpec.create();

  /** What the flags ask for. */
  abstract Workload workload();

  /** The flags that shaped the workload, with their values, for the report. */
  abstract void settings(SequencedMap<String, String> settings);

  boolean keepsKeys() {
    return false;
  }

  boolean overwritesKeys() {
    return true;
  }

  /** A flag's bounds. */
  static void check(String flag, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw refused("%s must be %s to %s".formatted(flag, number(least), number(most)));
    }
  }

  private static String number(double bound) {
    return new java.math.BigDecimal(bound)
        .round(new java.math.MathContext(12))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Flags that make no sense, for the groups of flags. */
  static RuntimeException refused(String message) {
    return badArguments(message);
  }

  @Override
  protected final void perform() throws InterruptedException {
    if (!List.of("simple", "json").contains(format())) {
      throw unsupported(
          "unsupported output format '" + format() + "': a benchmark has simple and json");
    }
    try (var interrupt = Interrupt.install()) {
      var progress = new Progress(System.err, Progress.isTerminal(), interrupt);
      var report = report(progress);
      print(format().equals("json") ? JsonReport.of(report) : SimpleReport.of(report));
      String problem = report.problem();
      if (!problem.isEmpty() && !interrupt.isRequested()) {
        throw failed(problem);
      }
    } catch (BenchFailure e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  private Report report(Progress progress) throws InterruptedException {
    Workload workload = workload();
    var sides = sides();
    int endpoints =
        sides.stream().mapToInt(side -> side.connection().endpoints().size()).max().orElse(1);
    int connections = bench.connections == 0 ? endpoints : bench.connections;
    var time = time();
    check("--conns", connections, 1, BenchOptions.MOST_CONNECTIONS);
    check("--rounds", bench.rounds, 1, BenchOptions.MOST_ROUNDS);
    check("--total", bench.total, 1, Long.MAX_VALUE);
    check("--time in seconds", time.toNanos() / 1e9, 0.001, Limits.MOST_TIME.toSeconds());
    check("--warm-up in seconds", bench.warmUp.toNanos() / 1e9, 0, Limits.MOST_TIME.toSeconds());
    var settings = new LinkedHashMap<String, String>();
    settings(settings);
    settings.put("conns", Integer.toString(connections));
    settings.put("rounds", Integer.toString(bench.rounds));
    settings.put("time", seconds(time));
    settings.put("total", Long.toString(bench.total));
    settings.put("warm-up", seconds(bench.warmUp));
    var plan =
        new Benchmark.Plan(
            bench.rounds,
            new Limits(time, bench.total, sides.getFirst().connection().command()),
            bench.warmUp,
            connections,
            keepsKeys(),
            overwritesKeys());
    return new Benchmark(workload, plan, settings, progress).run(sides);
  }

  /** With a total alone, the time is only there so that the round ends. */
  private Duration time() {
    if (bench.time != null) {
      return bench.time;
    }
    boolean hasTotal = command.commandLine().getParseResult().hasMatchedOption("--total");
    return hasTotal ? LONGEST_BY_DEFAULT : DEFAULT_TIME;
  }

  private static String seconds(Duration time) {
    return time.toString().substring("PT".length()).toLowerCase(java.util.Locale.ROOT);
  }

  private List<Benchmark.Side> sides() {
    if (bench.names.size() != 2) {
      throw badArguments("--names takes two names, for example --names kontiki,etcd");
    }
    var sides = new ArrayList<Benchmark.Side>();
    sides.add(new Benchmark.Side(bench.names.getFirst(), connection()));
    if (!bench.against.isEmpty()) {
      sides.add(
          new Benchmark.Side(
              bench.names.getLast(),
              connection(bench.against, bench.cacert, bench.cert, bench.key)));
    } else if (bench.cacert != null || bench.cert != null || bench.key != null) {
      throw badArguments("--against-cacert, --against-cert and --against-key need --against");
    }
    return sides;
  }
}
