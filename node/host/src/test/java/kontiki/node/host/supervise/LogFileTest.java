package kontiki.node.host.supervise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

  @TempDir private Path folder;

  @Test
  void aFullLogIsMovedAsideWhileItsWriterWritesOn() throws IOException {
    Path log = folder.resolve("a.log");
    try (OutputStream writer =
        Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < 4; i++) {
        writer.write(("round " + i + " 0123456789\n").getBytes(UTF_8));
        LogFile.bound(log, 10);
      }
      LogFile.bound(log, 10);
      writer.write("last\n".getBytes(UTF_8));
    }
    assertThat(Files.readString(log)).isEqualTo("last\n");
    assertThat(Files.readString(folder.resolve("a.log.1"))).startsWith("round 3");
    assertThat(Files.readString(folder.resolve("a.log.2"))).startsWith("round 2");
    assertThat(folder.resolve("a.log.3")).doesNotExist();
  }

  @Test
  void theLastErrorIsFoundOrElseTheLastLine() throws IOException {
    Path log = folder.resolve("b.log");
    assertThat(LogFile.lastWords(log)).isEmpty();
    Files.writeString(log, "a\nb\n\n");
    assertThat(LogFile.lastWords(log)).isEqualTo("last line: b");
    Files.writeString(
        log, "2026 ERROR Store no space left\n2026 INFO  Store trying again\nlevel=info msg=x\n");
    assertThat(LogFile.lastWords(log)).isEqualTo("last error: 2026 ERROR Store no space left");
    Files.writeString(log, "time=1 level=fatal msg=\"no socket\"\nbye\n");
    assertThat(LogFile.lastWords(log)).contains("no socket");
  }
}
