package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;

/** {@code get}. */
final class GetCommand extends StoreCommand {
  private final Words words = words("get", "Show a key, or a range of keys.");
  private final Supplier<List<String>> arguments =
      words.arguments("KEY [END]", "A key, and a range's end.");
  private final Supplier<Boolean> prefix =
      words.flag("--prefix", "Every key that begins with KEY.");
  private final Supplier<Boolean> fromKey =
      words.flag("--from-key", "Every key from KEY on, in byte order.");
  private final Supplier<Long> limit = words.number("--limit", "N", "At most so many (0: all).");
  private final Supplier<Long> revision = words.number("--rev", "REVISION", "As of this revision.");
  private final Supplier<String> order = words.text("--order", "ORDER", "", "ASCEND or DESCEND.");
  private final Supplier<String> sortBy =
      words.text("--sort-by", "TARGET", "", "CREATE, KEY, MODIFY, VALUE or VERSION.");
  private final Supplier<Boolean> keysOnly = words.flag("--keys-only", "No values.");
  private final Supplier<Boolean> countOnly =
      words.flag("--count-only", "Only how many there are (with -w fields).");
  private final Supplier<Boolean> valuesOnly =
      words.flag("--print-value-only", "No keys (with -w simple).");
  private final Supplier<String> consistency =
      words.text(
          "--consistency", "l|s", "l", "l: linearizable (default), s: serializable, perhaps old.");

  GetCommand() {
    words.examples(
        "  kontiki kv get greeting",
        "  kontiki kv get a z                  every key from a up to, without, z",
        "  kontiki kv get --prefix /registry/pods --keys-only --limit 10",
        "  kontiki kv get greeting --rev 7     as it was at revision 7");
  }

  @Override
  void ask() {
    var format = Format.named(options().format());
    if (countOnly.get() && format != Format.FIELDS) {
      throw KvFailure.badArguments("--count-only is only for `--write-out=fields`");
    }
    if (valuesOnly.get() && format != Format.SIMPLE) {
      throw KvFailure.badArguments("print-value-only is only for `--write-out=simple`");
    }
    var request = request();
    var printer = format.printer(Format.Answer.MESSAGE, options().hex(), valuesOnly.get(), out());
    try (var store = options().connection().open()) {
      printer.get(store.call(KVGrpc.getRangeMethod(), request));
    }
  }

  RangeRequest request() {
    if (arguments.get().isEmpty()) {
      throw KvFailure.badArguments(
          "get command needs one argument as key and an optional argument as range_end");
    }
    var range = Ranges.of("get", arguments.get(), prefix.get(), fromKey.get());
    return RangeRequest.newBuilder()
        .setKey(range.key())
        .setRangeEnd(range.end())
        .setLimit(limit.get())
        .setRevision(revision.get())
        .setSortOrder(sortOrder())
        .setSortTarget(sortTarget())
        .setKeysOnly(keysOnly.get())
        .setCountOnly(countOnly.get())
        .setSerializable(isSerializable())
        .build();
  }

  private boolean isSerializable() {
    return switch (consistency.get()) {
      case "l" -> false;
      case "s" -> true;
      default ->
          throw new KvFailure(
              KvFailure.Exit.BAD_FEATURE,
              "unknown consistency.get() flag \"" + consistency.get() + "\"");
    };
  }

  /**
   * Keys come in ascending order.get() without asking: etcd's client leaves that order.get() out
   * too.
   */
  private RangeRequest.SortOrder sortOrder() {
    boolean byKey = sortTarget() == RangeRequest.SortTarget.KEY;
    return switch (order.get().toUpperCase(Locale.ROOT)) {
      case "ASCEND" -> byKey ? RangeRequest.SortOrder.NONE : RangeRequest.SortOrder.ASCEND;
      case "DESCEND" -> RangeRequest.SortOrder.DESCEND;
      case "" -> byKey ? RangeRequest.SortOrder.NONE : RangeRequest.SortOrder.ASCEND;
      default ->
          throw new KvFailure(KvFailure.Exit.BAD_FEATURE, "bad sort order.get() " + order.get());
    };
  }

  private RangeRequest.SortTarget sortTarget() {
    return switch (sortBy.get().toUpperCase(Locale.ROOT)) {
      case "", "KEY" -> RangeRequest.SortTarget.KEY;
      case "CREATE" -> RangeRequest.SortTarget.CREATE;
      case "MODIFY" -> RangeRequest.SortTarget.MOD;
      case "VALUE" -> RangeRequest.SortTarget.VALUE;
      case "VERSION" -> RangeRequest.SortTarget.VERSION;
      default -> throw new KvFailure(KvFailure.Exit.BAD_FEATURE, "bad sort target " + sortBy.get());
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
