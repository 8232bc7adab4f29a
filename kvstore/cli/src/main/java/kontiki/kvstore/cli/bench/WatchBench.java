package kontiki.kvstore.cli.bench;

import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "watch",
    description = {
      "Deliver one writer's events to many watchers, and check that each got every event exactly",
      "once and in order. Counted are delivered events.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv bench watch --watchers 1000 --streams 10",
      "  kontiki kv bench watch --watchers 1000 --against 127.0.0.1:12379 --names kontiki,etcd",
    })
final class WatchBench extends AbstractWatchBench {
  @Option(
      names = "--watchers",
      paramLabel = "N",
      defaultValue = "100",
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
      defaultValue = "0",
      description = "Writes a second (default: 0, each when the last was answered).")
  private double rate;

  @Override
  Workload workload() {
    return watching("watch", watchers, streams, rate);
  }

  @Override
  void settings(SequencedMap<String, String> settings) {
    settings(settings, watchers, streams, rate);
  }
}
