package kontiki.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void helpShowsEveryCommandAndASession() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: kontiki")
        .contains("  up           Start a cluster.")
        .contains("  kv           Work with the key-value store.")
        .contains("sudo ./kontiki up --nodes 2")
        .doesNotContain("supervise");
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("A cluster on this machine:");
  }

  @Test
  void versionIsTheBuilds() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("kontiki ").doesNotContain("$").doesNotContain("unknown");
  }

  @Test
  void anUnknownCommandIsOneLineWithTheNearestName() {
    assertThat(run("staus")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "error: there is no command 'staus'; did you mean 'status'? (see 'kontiki --help')");
  }

  @Test
  void snapshotsAreRestoredBesideWhereTheyAreSaved(@TempDir Path directory) throws IOException {
    assertThat(run("kv", "snapshot", "--help")).isZero();
    assertThat(out.toString()).contains("save", "status", "restore");
    Path file = Files.write(directory.resolve("none.db"), new byte[100_000]);
    Path data = directory.resolve("m1");
    assertThat(run("kv", "snapshot", "restore", file.toString(), "--data-dir", data.toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .startsWith("error: " + file + " does not end with a checksum")
        .hasLineCount(1);
    assertThat(data).doesNotExist();
  }

  @Test
  void anUnknownOptionIsOneLine() {
    assertThat(run("completion", "--colour", "bash")).isEqualTo(2);
    assertThat(err.toString().strip().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("error: ").contains("kontiki completion --help");
  }

  @Test
  void errorsAreOneLineThatSaysWhat() {
    assertThat(ErrorLine.of(new UncheckedIOException(new NoSuchFileException("a/b"))))
        .isEqualTo("error: there is no file a/b");
    assertThat(ErrorLine.of(new IOException("one\n  two"))).isEqualTo("error: one | two");
    assertThat(ErrorLine.of(new IllegalStateException())).isEqualTo("error: IllegalStateException");
  }
}
