package kontiki.node.host.supervise;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The log of a component. The component writes to the file itself, so that it outlives its
 * supervisor; the supervisor bounds it: a full one is copied aside and emptied in place.
 */
public final class LogFile {

  /** A log may grow so long... */
  static final long SIZE_LIMIT_BYTES = 16L << 20;

  /** ...and so many full ones are kept beside it. */
  static final int KEPT = 2;

  private static final int TAIL_BYTES = 64 << 10;

  private static final Pattern ERROR =
      Pattern.compile(
          "\\bERROR\\b|^error: |level=(error|fatal)|\\bException\\b|^Error", Pattern.MULTILINE);

  private LogFile() {}

  /** Moves the content aside if the limit is reached. What is written meanwhile may be lost. */
  static void bound(Path file, long limitBytes) throws IOException {
    if (!Files.exists(file) || Files.size(file) < limitBytes) {
      return;
    }
    for (int i = KEPT - 1; i >= 1; i--) {
      Path older = numbered(file, i);
      if (Files.exists(older)) {
        Files.move(older, numbered(file, i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.copy(file, numbered(file, 1), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  /** What a log says last that may explain something; empty for an empty log. */
  public static String lastWords(Path file) {
    return lastError(file)
        .map(line -> "last error: " + line)
        .or(() -> lastLine(file).map(line -> "last line: " + line))
        .orElse("");
  }

  /** The last line that speaks of an error. */
  static Optional<String> lastError(Path file) {
    return tail(file).reversed().stream()
        .filter(line -> ERROR.matcher(line).find())
        .findFirst()
        .map(String::strip);
  }

  private static Optional<String> lastLine(Path file) {
    List<String> lines = tail(file);
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast().strip());
  }

  private static List<String> tail(Path file) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      byte[] bytes = new byte[(int) Math.min(length, TAIL_BYTES)];
      in.seek(length - bytes.length);
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException absent) {
      return List.of();
    }
  }
}
