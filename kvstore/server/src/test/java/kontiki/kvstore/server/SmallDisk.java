package kontiki.kvstore.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A file system in memory with little room; needs root. Unmounted when closed. */
final class SmallDisk implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;

  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Skips the test where nothing may be mounted. */
  static SmallDisk mount(Path path, int mebibytes) throws IOException, InterruptedException {
    Files.createDirectories(path);
    String refusal =
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", path.toString());
    Assumptions.assumeTrue(refusal.isEmpty(), "cannot mount a small disk: " + refusal);
    return new SmallDisk(path);
  }

  Path path() {
    return path;
  }

  /** Writes a file until only {@code leaveBytes} are free. */
  Path fill(long leaveBytes) throws IOException {
    Path filler = path.resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      while (Files.getFileStore(path).getUsableSpace() > leaveBytes) {
        out.write(chunk);
      }
    } catch (IOException e) {
      if (leaveBytes > 0) {
        throw e;
      }
    }
    return filler;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    } catch (IOException e) {
      return e.toString();
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : said.strip() + " ";
  }

  @Override
  public void close() throws IOException {
    try {
      String refusal = run("umount", "--lazy", path.toString());
      if (!refusal.isEmpty()) {
        throw new IOException(refusal);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
