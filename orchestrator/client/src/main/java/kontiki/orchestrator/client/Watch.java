package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A stream of events in the order of their resource versions. Read by one thread; {@link #close}
 * may be called by any thread and ends a read that waits.
 */
public final class Watch<T> implements AutoCloseable {
  /** The largest event taken; a larger one ends the watch with an error. */
  public static final int MAX_EVENT_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 16 << 10;

  private final ApiTransport.Answer answer;
  private final InputStream in;
  private final Class<T> type;
  private final String server;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int end;

  Watch(ApiTransport.Answer answer, Class<T> type, String server) {
    this.answer = answer;
    this.in = answer.body();
    this.type = type;
    this.server = server;
  }

  /**
   * Waits for the next event.
   *
   * @return null when the server ended the watch, which it does now and then: go on with a new one
   * @throws ApiException when the server sent an error (410: list again), or the stream broke
   */
  public @Nullable WatchEvent<T> next() {
    byte[] line;
    try {
      line = readLine();
    } catch (IOException e) {
      throw ApiException.unreachable(server, e);
    }
    return line == null ? null : event(line);
  }

  /** Whether {@link #next} can begin without waiting. */
  boolean ready() {
    try {
      return position < end || in.available() > 0;
    } catch (IOException e) {
      return true;
    }
  }

  private WatchEvent<T> event(byte[] line) {
    try {
      JsonNode tree = Json.tree(line);
      String kind = tree.path("type").asString("");
      JsonNode object = tree.path("object");
      if (kind.equals("ERROR")) {
        throw ApiException.of(Json.mapper().treeToValue(object, Status.class));
      }
      T value = Json.mapper().treeToValue(object, type);
      return new WatchEvent<>(WatchEvent.Type.valueOf(kind), value);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ApiException(0, "MalformedAnswer", "the watch sent no event", null, e);
    }
  }

  private byte @Nullable [] readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    while (true) {
      if (position == end) {
        end = in.read(buffer);
        position = 0;
        if (end <= 0) {
          end = 0;
          if (line.size() > 0) {
            throw new IOException("the watch ended inside an event");
          }
          return null;
        }
      }
      int from = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      line.write(buffer, from, position - from);
      if (line.size() > MAX_EVENT_BYTES) {
        throw new IOException("a watch event is larger than " + MAX_EVENT_BYTES + " bytes");
      }
      if (position < end) {
        position++;
        if (line.size() > 0) {
          return line.toByteArray();
        }
      }
    }
  }

  @Override
  public void close() {
    answer.close();
  }
}
