package kontiki.kvstore.cli;

import java.util.List;
import java.util.function.Supplier;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.KVGrpc;

/** {@code del}. */
final class DeleteCommand extends StoreCommand {
  private final Words words =
      words("del", "Delete a key, or a range of keys; say how many there were.");
  private final Supplier<List<String>> arguments =
      words.arguments("KEY [END]", "A key, and a range's end.");
  private final Supplier<Boolean> prefix =
      words.flag("--prefix", "Every key that begins with KEY.");
  private final Supplier<Boolean> fromKey =
      words.flag("--from-key", "Every key from KEY on, in byte order.");
  private final Supplier<Boolean> previous = words.flag("--prev-kv", "Show what was deleted.");

  DeleteCommand() {
    words.examples("  kontiki kv del greeting", "  kontiki kv del --prefix /old/ --prev-kv");
  }

  @Override
  void ask() {
    var printer = printer(Format.Answer.MESSAGE);
    var request = request();
    try (var store = options().connection().open()) {
      printer.delete(store.call(KVGrpc.getDeleteRangeMethod(), request));
    }
  }

  DeleteRangeRequest request() {
    if (arguments.get().isEmpty()) {
      throw KvFailure.badArguments(
          "del command needs one argument as key and an optional argument as range_end");
    }
    var range = GetCommand.Ranges.of("del", arguments.get(), prefix.get(), fromKey.get());
    return DeleteRangeRequest.newBuilder()
        .setKey(range.key())
        .setRangeEnd(range.end())
        .setPrevKv(previous.get())
        .build();
  }
}
