package kontiki.kvstore.cli.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kontiki.kvstore.cli.ConnectedCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of every benchmark. */
final class BenchOptions {
  static final int MOST_CONNECTIONS = 1_000;
  static final int MOST_ROUNDS = 1_000;

  /** What a round may do where no other total is given: a store's history stays small enough. */
  static final long DEFAULT_TOTAL = 1_000_000;

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "Another server, measured by turns with the first: its members.")
  List<String> against = List.of();

  @Option(
      names = "--against-cacert",
      paramLabel = "FILE",
      description = "The other's authorities (default: --cacert).")
  @Nullable Path cacert;

  @Option(
      names = "--against-cert",
      paramLabel = "FILE",
      description = "The certificate for the other (default: --cert).")
  @Nullable Path cert;

  @Option(
      names = "--against-key",
      paramLabel = "FILE",
      description = "The key for the other (default: --key).")
  @Nullable Path key;

  @Option(
      names = "--names",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "A,B",
      description = "What the report calls the two (default: ${DEFAULT-VALUE}).")
  List<String> names = List.of();

  @Option(
      names = "--conns",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Connections to each server; the i-th goes to its endpoint i modulo their number"
              + " (default: as many as the server with more endpoints has).")
  int connections;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of each server (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      converter = ConnectedCommand.Time.class,
      description = "How long a round lasts (default: 10s; with --total: up to 10m).")
  @Nullable Duration time;

  @Option(
      names = "--total",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "A round ends after so many requests, too (default: ${DEFAULT-VALUE}).")
  long total;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = ConnectedCommand.Time.class,
      description = "Load before the first round, not measured (default: ${DEFAULT-VALUE}).")
  Duration warmUp = Duration.ofSeconds(5);
}
