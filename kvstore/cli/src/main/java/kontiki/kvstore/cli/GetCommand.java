package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Locale;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = "Show a key, or a range of keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv get greeting",
      "  kontiki kv get a z                  every key from a up to, without, z",
      "  kontiki kv get --prefix /registry/pods --keys-only --limit 10",
      "  kontiki kv get greeting --rev 7     as it was at revision 7",
    })
final class GetCommand extends StoreCommand {

  @Parameters(arity = "0..*", paramLabel = "KEY [END]", description = "A key, and a range's end.")
  private List<String> arguments = List.of();

  @Option(names = "--prefix", description = "Every key that begins with KEY.")
  private boolean prefix;

  @Option(names = "--from-key", description = "Every key from KEY on, in byte order.")
  private boolean fromKey;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (0: all).")
  private long limit;

  @Option(names = "--rev", paramLabel = "REVISION", description = "As of this revision.")
  private long revision;

  @Option(names = "--order", paramLabel = "ORDER", description = "ASCEND or DESCEND.")
  private String order = "";

  @Option(
      names = "--sort-by",
      paramLabel = "TARGET",
      description = "CREATE, KEY, MODIFY, VALUE or VERSION.")
  private String sortBy = "";

  @Option(names = "--keys-only", description = "No values.")
  private boolean keysOnly;

  @Option(names = "--count-only", description = "Only how many there are (with -w fields).")
  private boolean countOnly;

  @Option(names = "--print-value-only", description = "No keys (with -w simple).")
  private boolean valuesOnly;

  @Option(
      names = "--consistency",
      paramLabel = "l|s",
      description = "l: linearizable (default), s: serializable, perhaps old.")
  private String consistency = "l";

  @Override
  void ask() {
    var format = Format.named(options().format);
    if (countOnly && format != Format.FIELDS) {
      throw KvFailure.badArguments("--count-only is only for `--write-out=fields`");
    }
    if (valuesOnly && format != Format.SIMPLE) {
      throw KvFailure.badArguments("print-value-only is only for `--write-out=simple`");
    }
    var request = request();
    var printer = format.printer(Format.Answer.MESSAGE, options().hex, valuesOnly, out());
    try (var store = options().connection().open()) {
      printer.get(store.call(KVGrpc.getRangeMethod(), request));
    }
  }

  RangeRequest request() {
    if (arguments.isEmpty()) {
      throw KvFailure.badArguments(
          "get command needs one argument as key and an optional argument as range_end");
    }
    var range = Ranges.of("get", arguments, prefix, fromKey);
    return RangeRequest.newBuilder()
        .setKey(range.key())
        .setRangeEnd(range.end())
        .setLimit(limit)
        .setRevision(revision)
        .setSortOrder(sortOrder())
        .setSortTarget(sortTarget())
        .setKeysOnly(keysOnly)
        .setCountOnly(countOnly)
        .setSerializable(isSerializable())
        .build();
  }

  private boolean isSerializable() {
    return switch (consistency) {
      case "l" -> false;
      case "s" -> true;
      default ->
          throw new KvFailure(
              KvFailure.Exit.BAD_FEATURE, "unknown consistency flag \"" + consistency + "\"");
    };
  }

  /** Keys come in ascending order without asking: etcd's client leaves that order out too. */
  private RangeRequest.SortOrder sortOrder() {
    boolean byKey = sortTarget() == RangeRequest.SortTarget.KEY;
    return switch (order.toUpperCase(Locale.ROOT)) {
      case "ASCEND" -> byKey ? RangeRequest.SortOrder.NONE : RangeRequest.SortOrder.ASCEND;
      case "DESCEND" -> RangeRequest.SortOrder.DESCEND;
      case "" -> byKey ? RangeRequest.SortOrder.NONE : RangeRequest.SortOrder.ASCEND;
      default -> throw new KvFailure(KvFailure.Exit.BAD_FEATURE, "bad sort order " + order);
    };
  }

  private RangeRequest.SortTarget sortTarget() {
    return switch (sortBy.toUpperCase(Locale.ROOT)) {
      case "", "KEY" -> RangeRequest.SortTarget.KEY;
      case "CREATE" -> RangeRequest.SortTarget.CREATE;
      case "MODIFY" -> RangeRequest.SortTarget.MOD;
      case "VALUE" -> RangeRequest.SortTarget.VALUE;
      case "VERSION" -> RangeRequest.SortTarget.VERSION;
      default -> throw new KvFailure(KvFailure.Exit.BAD_FEATURE, "bad sort target " + sortBy);
    };
  }

  /** The arguments KEY and END, with the flags that widen a key to a range. */
  static final class Ranges {
    private Ranges() {}

    static KeyRange of(String command, List<String> arguments, boolean prefix, boolean fromKey) {
      if (prefix && fromKey) {
        throw KvFailure.badArguments(
            "`--prefix` and `--from-key` cannot be set at the same time, choose one");
      }
      if (arguments.size() > 1 && (prefix || fromKey)) {
        throw KvFailure.badArguments(
            "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
      }
      if (arguments.size() > 2) {
        throw KvFailure.badArguments(command + " takes one key and one range end");
      }
      var key = ByteString.copyFromUtf8(arguments.getFirst());
      if (prefix) {
        return KeyRange.prefix(key);
      }
      if (fromKey) {
        return KeyRange.from(key);
      }
      return arguments.size() > 1
          ? new KeyRange(key, ByteString.copyFromUtf8(arguments.get(1)))
          : KeyRange.single(key);
    }
  }
}
