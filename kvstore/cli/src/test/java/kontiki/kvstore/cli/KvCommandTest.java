package kontiki.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Which commands are made for a command line, and that the help knows all of them. */
class KvCommandTest {
  private static CommandSpec spec(String... arguments) {
    return new KvCommand(InputStream.nullInputStream(), OutputStream.nullOutputStream())
        .spec(arguments);
  }

  @Test
  void makesOnlyTheNamedCommand() {
    assertThat(spec("kv", "get", "key").subcommands()).containsOnlyKeys("get");
    assertThat(spec("kv", "get", "put").subcommands()).containsOnlyKeys("get", "put");
  }

  @Test
  void mentionsEachCommandInTheHelpAsItDescribesItself() {
    String whole = new CommandLine(spec()).getUsageMessage();
    assertThat(whole).contains("get ", "bench ");
    assertThat(new CommandLine(spec("kv", "--help")).getUsageMessage()).isEqualTo(whole);
    assertThat(new CommandLine(spec("kv")).getUsageMessage()).isEqualTo(whole);
    assertThat(new CommandLine(spec("kv", "-h", "get", "key")).getUsageMessage()).isEqualTo(whole);
  }
}
