package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;

/** {@code put}. */
final class PutCommand extends StoreCommand {
  private final Words words = words("put", "Write a key.");
  private final Supplier<List<String>> arguments =
      words.arguments("KEY [VALUE]", "The key, and its value (else standard input is the value).");
  private final Supplier<String> lease =
      words.text("--lease", "ID", "0", "Delete the key with this lease.");
  private final Supplier<Boolean> previous =
      words.flag("--prev-kv", "Show what the key held before.");
  private final Supplier<Boolean> ignoreValue =
      words.flag("--ignore-value", "Keep the key's value.");
  private final Supplier<Boolean> ignoreLease =
      words.flag("--ignore-lease", "Keep the key's lease.");

  PutCommand() {
    words.examples(
        "  kontiki kv put greeting hello",
        "  kontiki kv put config < config.json    the value is standard input",
        "  kontiki kv put -- key -value           a value that begins with '-'",
        "  kontiki kv put session x --lease 32695410dcc0ca06");
  }

  @Override
  void ask() throws IOException {
    var printer = printer(Format.Answer.MESSAGE);
    // A password may be the first line of the input, before the value.
    var unused = options().login();
    var request = request(arguments.get().size() == 1 && !ignoreValue.get());
    try (var store = options().connection().open()) {
      printer.put(store.call(KVGrpc.getPutMethod(), request));
    }
  }

  /** Inside a transaction standard input holds the transaction: no value is read from it. */
  PutRequest request(boolean valueFromInput) throws IOException {
    if (arguments.get().isEmpty() || arguments.get().size() > 2) {
      throw KvFailure.badArguments(
          "put command needs 1 argument and input from stdin or 2 arguments.get()");
    }
    if (ignoreValue.get() && arguments.get().size() > 1) {
      throw KvFailure.badArguments("put command needs only 1 argument when 'ignore-value' is set");
    }
    var request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(arguments.get().getFirst()))
            .setLease(LeaseCommand.id(lease.get(), "bad lease.get() ID"))
            .setPrevKv(previous.get())
            .setIgnoreValue(ignoreValue.get())
            .setIgnoreLease(ignoreLease.get());
    if (arguments.get().size() == 2) {
      request.setValue(ByteString.copyFromUtf8(arguments.get().get(1)));
    } else if (valueFromInput) {
      request.setValue(ByteString.readFrom(in()));
    }
    return request.build();
  }
}
