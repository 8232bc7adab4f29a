package kontiki.pki.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a command of the machine, and gives what it printed. */
record Tool(int exitCode, String output) {
  private static final int DEADLINE_SECONDS = 30;

  /** Skips the test if the machine does not have the command. */
  static Tool run(String input, String... command) throws IOException, InterruptedException {
    boolean there =
        List.of("/usr/bin", "/bin", "/usr/local/bin").stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0])));
    Assumptions.assumeTrue(there, () -> command[0] + " is not installed here");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(UTF_8));
    } catch (IOException e) {
      // The command has ended without reading: its output says why.
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command[0] + " does not end");
    }
    return new Tool(process.exitValue(), output);
  }
}
