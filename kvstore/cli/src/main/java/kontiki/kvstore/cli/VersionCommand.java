package kontiki.kvstore.cli;

import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.Command;

@Command(
    name = "version",
    description = "Show the version of this command and of the protocol it speaks.")
final class VersionCommand extends StoreCommand {
  /** The etcd release whose flags and output these commands follow. */
  private static final String API_VERSION = "3.4";

  @Override
  void ask() throws IOException {
    var properties = new Properties();
    try (var in = VersionCommand.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    }
    out().line("kontiki kv version: " + properties.getProperty("version", "unknown"));
    out().line("API version: " + API_VERSION);
  }
}
