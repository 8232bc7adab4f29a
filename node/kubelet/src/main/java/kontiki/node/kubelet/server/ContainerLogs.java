package kontiki.node.kubelet.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Writes a container's log as {@code kubectl logs} shows it. One thread a call; blocks. */
final class ContainerLogs {
  /** The most lines that a tail keeps in memory. */
  static final int MAX_TAIL = 1_000_000;

  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * What of the log is wanted (API: PodLogOptions).
   *
   * @param tailLines only so many at the end; -1 for all
   * @param limitBytes stop after so many; -1 for all
   */
  record Options(
      boolean follow,
      boolean timestamps,
      long tailLines,
      long limitBytes,
      @Nullable Instant since) {}

  private final Options options;
  private final OutputStream out;
  private long written;
  private boolean midLine;

  private ContainerLogs(Options options, OutputStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Writes the log.
   *
   * @param file the newest file; older ones, rotated away, have its name and more
   * @param running whether the container may still write
   */
  static void write(Path file, Options options, BooleanSupplier running, OutputStream out)
      throws IOException {
    new ContainerLogs(options, out).write(file, running);
  }

  private void write(Path file, BooleanSupplier running) throws IOException {
    List<Path> older = rotated(file);
    if (options.tailLines() >= 0) {
      Deque<CriLogLine> tail = new ArrayDeque<>();
      for (Path one : older) {
        forEach(one, line -> keep(tail, line));
      }
      long end = forEach(file, line -> keep(tail, line));
      for (CriLogLine line : tail) {
        emit(line);
      }
      out.flush();
      follow(file, end, running);
      return;
    }
    for (Path one : older) {
      forEach(one, this::emit);
    }
    long end = forEach(file, this::emit);
    out.flush();
    follow(file, end, running);
  }

  private interface LineSink {
    void accept(CriLogLine line) throws IOException;
  }

  private void keep(Deque<CriLogLine> tail, CriLogLine line) {
    if (wanted(line)) {
      tail.addLast(line);
      if (tail.size() > Math.min(MAX_TAIL, options.tailLines())) {
        tail.removeFirst();
      }
    }
  }

  /** Reads a file's complete lines; the position after them. A file that is gone has none. */
  private long forEach(Path file, LineSink sink) throws IOException {
    try (InputStream raw = Files.newInputStream(file)) {
      if (file.toString().endsWith(".gz")) {
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(raw), StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          accept(line, sink);
        }
        return 0;
      }
      return new LineReader(raw, 0).readAvailable(line -> accept(line, sink));
    } catch (NoSuchFileException gone) {
      return 0;
    }
  }

  private static void accept(String line, LineSink sink) throws IOException {
    Optional<CriLogLine> parsed = CriLogLine.parse(line);
    if (parsed.isPresent()) {
      sink.accept(parsed.get());
    }
  }

  /** Waits for more until the container has stopped or the reader has gone. */
  private void follow(Path file, long position, BooleanSupplier running) throws IOException {
    if (!options.follow()) {
      return;
    }
    long at = position;
    Object key = identity(file);
    while (!limitReached()) {
      boolean mayGrow = running.getAsBoolean();
      Object now = identity(file);
      if (now != null && key != null && !now.equals(key)) {
        // Rotated: the rest of the old file was read in the last round, begin the new one.
        at = 0;
      }
      key = now == null ? key : now;
      at = readFrom(file, at);
      out.flush();
      if (!mayGrow) {
        return;
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private long readFrom(Path file, long position) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(position);
      return new LineReader(in, position).readAvailable(line -> accept(line, this::emit));
    } catch (NoSuchFileException between) {
      return position;
    }
  }

  private static @Nullable Object identity(Path file) throws IOException {
    try {
      return Files.getAttribute(file, "unix:ino");
    } catch (NoSuchFileException between) {
      return null;
    }
  }

  private boolean wanted(CriLogLine line) {
    Instant since = options.since();
    return since == null || !line.time().map(time -> time.isBefore(since)).orElse(false);
  }

  private void emit(CriLogLine line) throws IOException {
    if (!wanted(line) || limitReached()) {
      return;
    }
    String text = line.textWithEnd();
    if (options.timestamps() && !midLine) {
      text = line.timestamp() + " " + text;
    }
    midLine = line.partial();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    if (options.limitBytes() >= 0) {
      length = (int) Math.min(length, options.limitBytes() - written);
    }
    out.write(bytes, 0, length);
    written += length;
  }

  private boolean limitReached() {
    return options.limitBytes() >= 0 && written >= options.limitBytes();
  }

  /** The older files of a log, the oldest first: their names end in the time of rotation. */
  static List<Path> rotated(Path file) throws IOException {
    List<Path> files = new ArrayList<>();
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(directory, file.getFileName() + ".*")) {
        entries.forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }
}
