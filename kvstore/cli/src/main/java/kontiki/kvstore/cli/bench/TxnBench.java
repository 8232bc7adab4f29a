package kontiki.kvstore.cli.bench;

import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "txn",
    description = "Compare a key's version, which holds, and write some keys in one transaction.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv bench txn --txn-ops 8",
      "  kontiki kv bench txn --txn-ops 8 --against 127.0.0.1:12379 --names kontiki,etcd",
    })
final class TxnBench extends KeyedBench {
  /** etcd's own limit, where it is not raised. */
  private static final int MOST_OPS = 128;

  @Option(
      names = "--txn-ops",
      paramLabel = "N",
      defaultValue = "4",
      description = "Keys that one transaction writes (default: ${DEFAULT-VALUE}).")
  private int ops;

  @Override
  Workload workload() {
    var space = space();
    var values = values();
    check("--txn-ops", ops, 1, Math.min(MOST_OPS, space.size()));
    return workload(
        "txn", space, (target, client) -> new TxnRequests(target, client, space, values, ops));
  }

  @Override
  void settings(SequencedMap<String, String> settings) {
    super.settings(settings);
    settings.put("txn-ops", Integer.toString(ops));
  }
}
