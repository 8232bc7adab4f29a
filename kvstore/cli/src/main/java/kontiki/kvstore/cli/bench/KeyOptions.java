package kontiki.kvstore.cli.bench;

import picocli.CommandLine.Option;

/** The flags of benchmarks that write keys. */
final class KeyOptions {
  static final int MOST_KEY_BYTES = 4 << 10;
  static final int MOST_VALUE_BYTES = 1 << 20;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      defaultValue = "kontiki-bench/",
      description =
          "How every key begins; such keys are deleted in the end (default: ${DEFAULT-VALUE}).")
  String prefix = "";

  @Option(names = "--keep", description = "Leave the keys.")
  boolean keep;

  @Option(names = "--yes", description = "Overwrite and delete keys that have the prefix already.")
  boolean overwrite;

  @Option(
      names = "--key-size",
      paramLabel = "BYTES",
      defaultValue = "32",
      description = "Bytes of a key, with the prefix (default: ${DEFAULT-VALUE}).")
  int keyBytes;

  @Option(
      names = "--val-size",
      paramLabel = "BYTES",
      defaultValue = "256",
      description = "Bytes of a value, random from a fixed seed (default: ${DEFAULT-VALUE}).")
  int valueBytes;

  KeySpace space(long keys, boolean sequential) {
    if (prefix.isEmpty()) {
      throw AbstractBench.refused(
          "--prefix may not be empty: all keys of the server would be deleted");
    }
    AbstractBench.check("--key-size", keyBytes, 1, MOST_KEY_BYTES);
    try {
      return new KeySpace(prefix, keyBytes, keys, sequential);
    } catch (IllegalArgumentException e) {
      throw AbstractBench.refused(String.valueOf(e.getMessage()));
    }
  }

  Values values(int least) {
    AbstractBench.check("--val-size", valueBytes, least, MOST_VALUE_BYTES);
    return new Values(valueBytes);
  }
}
