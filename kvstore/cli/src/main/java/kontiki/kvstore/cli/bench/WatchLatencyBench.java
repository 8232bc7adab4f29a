package kontiki.kvstore.cli.bench;

import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "watch-latency",
    description = {
      "How long an event takes from when its write is sent until a watcher has it, at a steady"
          + " rate",
      "of writes; each watcher counts by itself.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv bench watch-latency --put-rate 200",
      "  kontiki kv bench watch-latency --watchers 50 --against 127.0.0.1:12379 --names"
          + " kontiki,etcd",
    })
final class WatchLatencyBench extends AbstractWatchBench {
  @Option(
      names = "--watchers",
      paramLabel = "N",
      defaultValue = "10",
      description = "Watchers (default: ${DEFAULT-VALUE}).")
  private int watchers;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "10",
      description = "Streams that they share (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--put-rate",
      paramLabel = "N",
      defaultValue = "100",
      description = "Writes a second; 0: each when the last was answered (default: 100).")
  private double rate;

  @Override
  Workload workload() {
    return watching("watch-latency", watchers, streams, rate);
  }

  @Override
  void settings(SequencedMap<String, String> settings) {
    settings(settings, watchers, streams, rate);
  }
}
