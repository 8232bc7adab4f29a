package kontiki.kvstore.cli.bench;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import kontiki.kvstore.api.pb.RangeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "range",
    description = {
      "Read keys: those of the key space, which it loads first, one a request;",
      "or always KEY, or KEY up to END, of what the server holds: nothing is written then.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv bench range --clients 256 --consistency s",
      "  kontiki kv bench range /registry/pods/ /registry/pods0 --limit 500",
      "  kontiki kv bench range --clients 256 --against 127.0.0.1:12379 --names kontiki,etcd",
    })
final class RangeBench extends KeyedBench {
  @Parameters(
      arity = "0..2",
      paramLabel = "KEY [END]",
      description = "What to read, instead of the key space.")
  private List<String> range = List.of();

  @Option(
      names = "--consistency",
      paramLabel = "l|s",
      defaultValue = "l",
      description = "Linearizable, or serializable: as one member knows it (default: l).")
  private String consistency = "l";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The most keys of a request; with the key space, each reads so many from a key on"
              + " (default: no limit, or one).")
  private long limit;

  @Option(names = "--keys-only", description = "Without the values.")
  private boolean keysOnly;

  @Override
  Workload workload() {
    if (!consistency.equals("l") && !consistency.equals("s")) {
      throw badArguments("--consistency is l or s");
    }
    check("--limit", limit, 0, Integer.MAX_VALUE);
    var template =
        RangeRequest.newBuilder()
            .setSerializable(consistency.equals("s"))
            .setLimit(limit)
            .setKeysOnly(keysOnly);
    if (range.isEmpty()) {
      var space = space();
      var request = template.build();
      return loaded(
          "range",
          space,
          (target, client) -> new RangeRequests(target, client, request, Optional.of(space)));
    }
    template.setKey(ByteString.copyFromUtf8(range.getFirst()));
    if (range.size() > 1) {
      template.setRangeEnd(ByteString.copyFromUtf8(range.getLast()));
    }
    var request = template.build();
    return keyless(
        "range", (target, client) -> new RangeRequests(target, client, request, Optional.empty()));
  }

  @Override
  void settings(SequencedMap<String, String> settings) {
    super.settings(settings);
    if (!range.isEmpty()) {
      List.of("key-size", "key-space-size", "sequential-keys", "val-size")
          .forEach(settings::remove);
      settings.put("range", String.join(" ", range));
    }
    settings.put("consistency", consistency);
    settings.put("limit", Long.toString(limit));
    settings.put("keys-only", Boolean.toString(keysOnly));
  }
}
