package kontiki.chaos.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A history on disk, append-only, written while the run goes. Any thread may {@link #append}: the
 * order in which appends return is the order of the lines. One thread of its own writes; a full
 * queue makes the callers wait, never lose a line.
 */
public final class HistoryFile implements AutoCloseable {

  private static final int QUEUE_LINES = 16_384;

  private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_LINES, true);
  private final Path path;
  private final long startNanos = System.nanoTime();
  private final Thread writer;
  private volatile boolean closing;
  private volatile boolean broken;

  private HistoryFile(Path path) {
    this.path = path;
    this.writer = Thread.ofPlatform().name("history-writer").unstarted(this::write);
  }

  /**
   * @throws java.nio.file.FileAlreadyExistsException where the file is there: a history is never
   *     overwritten
   */
  public static HistoryFile create(Path path) throws IOException {
    Files.writeString(path, "", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var file = new HistoryFile(path);
    file.writer.start();
    return file;
  }

  /** Nanoseconds since this history began. */
  public long nanos() {
    return System.nanoTime() - startNanos;
  }

  /**
   * Takes a place in the history.
   *
   * @throws IllegalStateException where the file can no longer be written, or is closed
   */
  public void append(Event event) {
    if (closing || broken) {
      throw new IllegalStateException("the history " + path + " can no longer be written");
    }
    try {
      queue.put(HistoryCodec.print(event));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing the history", e);
    }
  }

  private void write() {
    try (var out = Files.newBufferedWriter(path, StandardOpenOption.APPEND)) {
      while (true) {
        String line = queue.poll(20, java.util.concurrent.TimeUnit.MILLISECONDS);
        if (line != null) {
          out.write(line);
          out.write('\n');
        } else if (closing) {
          return;
        } else {
          out.flush();
        }
      }
    } catch (IOException | InterruptedException e) {
      broken = true;
      queue.clear();
    }
  }

  /** Waits until every appended line is on disk. */
  @Override
  public void close() throws IOException {
    closing = true;
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (broken) {
      throw new IOException("could not write all of " + path);
    }
  }

  /**
   * Reads a history back. A torn last line (the writer was killed) is left out.
   *
   * @throws IllegalArgumentException naming the line that is no event
   */
  public static History read(Path path) throws IOException {
    var events = new ArrayList<Event>();
    try (var lines = Files.lines(path)) {
      for (var iterator = lines.iterator(); iterator.hasNext(); ) {
        String line = iterator.next();
        try {
          events.add(HistoryCodec.parse(line));
        } catch (IllegalArgumentException e) {
          if (iterator.hasNext()) {
            throw new IllegalArgumentException(
                path + ":" + (events.size() + 1) + ": " + e.getMessage(), e);
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new History(events);
  }
}
