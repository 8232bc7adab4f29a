package kontiki.kvstore.cli;

import java.util.List;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "del",
    description = "Delete a key, or a range of keys; say how many there were.",
    footerHeading = "%nExamples:%n",
    footer = {"  kontiki kv del greeting", "  kontiki kv del --prefix /old/ --prev-kv"})
final class DeleteCommand extends StoreCommand {

  @Parameters(arity = "0..*", paramLabel = "KEY [END]", description = "A key, and a range's end.")
  private List<String> arguments = List.of();

  @Option(names = "--prefix", description = "Every key that begins with KEY.")
  private boolean prefix;

  @Option(names = "--from-key", description = "Every key from KEY on, in byte order.")
  private boolean fromKey;

  @Option(names = "--prev-kv", description = "Show what was deleted.")
  private boolean previous;

  @Override
  void ask() {
    var printer = printer(Format.Answer.MESSAGE);
    var request = request();
    try (var store = options().connection().open()) {
      printer.delete(store.call(KVGrpc.getDeleteRangeMethod(), request));
    }
  }

  DeleteRangeRequest request() {
    if (arguments.isEmpty()) {
      throw KvFailure.badArguments(
          "del command needs one argument as key and an optional argument as range_end");
    }
    var range = GetCommand.Ranges.of("del", arguments, prefix, fromKey);
    return DeleteRangeRequest.newBuilder()
        .setKey(range.key())
        .setRangeEnd(range.end())
        .setPrevKv(previous)
        .build();
  }
}
