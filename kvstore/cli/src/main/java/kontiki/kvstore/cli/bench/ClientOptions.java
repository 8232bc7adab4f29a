package kontiki.kvstore.cli.bench;

import picocli.CommandLine.Option;

/** The flags of benchmarks whose clients send requests. */
final class ClientOptions {
  static final int MOST_CLIENTS = 10_000;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Clients, spread over the connections; each sends when its last request was answered"
              + " (default: ${DEFAULT-VALUE}).")
  int clients;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Requests a second of all clients together; what a stalled server keeps them from sending"
              + " counts as slow (default: 0, as fast as the answers come).")
  double rate;

  RequestWorkload.Load load() {
    AbstractBench.check("--clients", clients, 1, MOST_CLIENTS);
    AbstractBench.check("--rate", rate, 0, AbstractBench.MOST_RATE);
    return new RequestWorkload.Load(clients, rate);
  }
}
