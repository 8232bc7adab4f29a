package kontiki.node.kubelet.server;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A line of a container's log file: {@code TIME STREAM TAG TEXT}, where the tag P says that the
 * text goes on in the next line and F that it ends (CRI logging format).
 *
 * @param timestamp as written, in RFC 3339 with nanoseconds
 */
public record CriLogLine(String timestamp, String stream, boolean partial, String text) {

  /** Reads a line without its line end; empty if it is no such line. */
  public static Optional<CriLogLine> parse(String line) {
    String[] parts = line.split(" ", 4);
    if (parts.length < 3) {
      return Optional.empty();
    }
    return Optional.of(
        new CriLogLine(
            parts[0], parts[1], parts[2].startsWith("P"), parts.length == 4 ? parts[3] : ""));
  }

  /** The text, with a line end unless it goes on. */
  public String textWithEnd() {
    return partial ? text : text + "\n";
  }

  /** When it was written; empty where the time is broken. */
  public Optional<Instant> time() {
    try {
      return Optional.of(OffsetDateTime.parse(timestamp).toInstant());
    } catch (DateTimeException broken) {
      return Optional.empty();
    }
  }
}
