package kontiki.kvstore.cli.bench;

import java.util.SequencedMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Watchers and a writer; the two commands differ in how much they do by default. */
abstract class AbstractWatchBench extends AbstractBench {
  private static final int MOST_WATCHERS = 100_000;
  private static final int MOST_STREAMS = 10_000;
  private static final int MOST_KEYS = 100_000;

  @Mixin private KeyOptions keys = new KeyOptions();

  @Option(
      names = "--watched-keys",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Keys that are written by turns; watcher i watches key i modulo their number (default:"
              + " ${DEFAULT-VALUE}).")
  private int watched;

  final Workload watching(String name, int watchers, int streams, double rate) {
    check("--watchers", watchers, 1, MOST_WATCHERS);
    check("--streams", streams, 1, MOST_STREAMS);
    check("--watched-keys", watched, 1, MOST_KEYS);
    check("--put-rate", rate, 0, MOST_RATE);
    return new WatchWorkload(
        name,
        watchers,
        streams,
        keys.space(watched, true),
        keys.values(StampedPuts.STAMP_BYTES),
        new RequestWorkload.Load(1, rate));
  }

  final void settings(
      SequencedMap<String, String> settings, int watchers, int streams, double rate) {
    settings.put("watchers", Integer.toString(watchers));
    settings.put("streams", Integer.toString(streams));
    settings.put("watched-keys", Integer.toString(watched));
    settings.put("put-rate", rate == 0 ? "0" : Double.toString(rate));
    settings.put("key-size", Integer.toString(keys.keyBytes));
    settings.put("val-size", Integer.toString(keys.valueBytes));
  }

  @Override
  boolean keepsKeys() {
    return keys.keep;
  }

  @Override
  boolean overwritesKeys() {
    return keys.overwrite;
  }
}
