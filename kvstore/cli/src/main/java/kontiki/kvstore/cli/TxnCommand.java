package kontiki.kvstore.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import kontiki.kvstore.api.pb.KVGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "txn",
    description = "Compare, then do one of two lists of requests, all in one step.",
    footerHeading = "%nStandard input:%n",
    footer = {
      "  comparisons, a line each; an empty line; requests where all hold, a line each;",
      "  an empty line; requests where one does not; an empty line:",
      "",
      "  value(\"lock\") = \"free\"",
      "",
      "  put lock mine",
      "",
      "  get lock",
      "",
      "Comparisons: mod, create, ver, lease or value of (\"KEY\"); <, =, != or >; a \"VALUE\".",
    })
final class TxnCommand extends StoreCommand {

  @Option(
      names = {"-i", "--interactive"},
      description = "Prompt for each part.")
  private boolean interactive;

  @Override
  void ask() throws IOException {
    var printer = printer(Format.Answer.MESSAGE);
    // A password may be the first line of the input.
    var unused = options().login();
    var input = new BufferedReader(new InputStreamReader(in(), StandardCharsets.UTF_8));
    var request = new TxnReader(input, interactive ? this::prompt : _ -> {}).read();
    try (var store = options().connection().open()) {
      printer.txn(store.call(KVGrpc.getTxnMethod(), request));
    }
  }

  private void prompt(String text) {
    out().line(text);
    out().flush();
  }
}
