package kontiki.kvstore.cli.bench;

import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A benchmark whose clients choose keys. */
abstract class KeyedBench extends AbstractBench {
  private static final long MOST_KEYS = 10_000_000;

  @Mixin private ClientOptions clients = new ClientOptions();
  @Mixin private KeyOptions keys = new KeyOptions();

  @Option(
      names = "--key-space-size",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many keys there are (default: ${DEFAULT-VALUE}).")
  private long size;

  @Option(names = "--sequential-keys", description = "One key after the other, not at random.")
  private boolean sequential;

  final KeySpace space() {
    check("--key-space-size", size, 1, MOST_KEYS);
    return keys.space(size, sequential);
  }

  final Values values() {
    return keys.values(0);
  }

  final RequestWorkload workload(String name, KeySpace space, RequestWorkload.Kind kind) {
    return new RequestWorkload(name, clients.load(), kind, Optional.of(space), Optional.empty());
  }

  final RequestWorkload loaded(String name, KeySpace space, RequestWorkload.Kind kind) {
    return new RequestWorkload(
        name, clients.load(), kind, Optional.of(space), Optional.of(values()));
  }

  final RequestWorkload keyless(String name, RequestWorkload.Kind kind) {
    return new RequestWorkload(name, clients.load(), kind, Optional.empty(), Optional.empty());
  }

  @Override
  void settings(SequencedMap<String, String> settings) {
    settings.put("clients", Integer.toString(clients.clients));
    settings.put("rate", clients.rate == 0 ? "0" : Double.toString(clients.rate));
    settings.put("key-size", Integer.toString(keys.keyBytes));
    settings.put("key-space-size", Long.toString(size));
    settings.put("sequential-keys", Boolean.toString(sequential));
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
