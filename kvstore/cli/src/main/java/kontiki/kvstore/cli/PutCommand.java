package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "put",
    description = "Write a key.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv put greeting hello",
      "  kontiki kv put config < config.json    the value is standard input",
      "  kontiki kv put -- key -value           a value that begins with '-'",
      "  kontiki kv put session x --lease 32695410dcc0ca06",
    })
final class PutCommand extends StoreCommand {

  @Parameters(
      arity = "0..*",
      paramLabel = "KEY [VALUE]",
      description = "The key, and its value (else standard input is the value).")
  private List<String> arguments = List.of();

  @Option(names = "--lease", paramLabel = "ID", description = "Delete the key with this lease.")
  private String lease = "0";

  @Option(names = "--prev-kv", description = "Show what the key held before.")
  private boolean previous;

  @Option(names = "--ignore-value", description = "Keep the key's value.")
  private boolean ignoreValue;

  @Option(names = "--ignore-lease", description = "Keep the key's lease.")
  private boolean ignoreLease;

  @Override
  void ask() throws IOException {
    var printer = printer(Format.Answer.MESSAGE);
    var request = request(arguments.size() == 1 && !ignoreValue);
    try (var store = options().connection().open()) {
      printer.put(store.call(KVGrpc.getPutMethod(), request));
    }
  }

  /** Inside a transaction standard input holds the transaction: no value is read from it. */
  PutRequest request(boolean valueFromInput) throws IOException {
    if (arguments.isEmpty() || arguments.size() > 2) {
      throw KvFailure.badArguments(
          "put command needs 1 argument and input from stdin or 2 arguments");
    }
    if (ignoreValue && arguments.size() > 1) {
      throw KvFailure.badArguments("put command needs only 1 argument when 'ignore-value' is set");
    }
    var request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(arguments.getFirst()))
            .setLease(LeaseCommand.id(lease, "bad lease ID"))
            .setPrevKv(previous)
            .setIgnoreValue(ignoreValue)
            .setIgnoreLease(ignoreLease);
    if (arguments.size() == 2) {
      request.setValue(ByteString.copyFromUtf8(arguments.get(1)));
    } else if (valueFromInput) {
      request.setValue(ByteString.readFrom(in()));
    }
    return request.build();
  }
}
