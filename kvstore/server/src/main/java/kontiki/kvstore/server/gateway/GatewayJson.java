package kontiki.kvstore.server.gateway;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Messages as JSON in etcd's way: names as in the proto file, zero fields left out, 64-bit numbers
 * as strings, bytes as base64. In requests both forms of names are taken, unknown ones are ignored,
 * and enums may be numbers. Safe for many threads.
 */
final class GatewayJson {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private GatewayJson() {}

  /** A request that is not JSON, or not of its type. */
  static final class BadJsonException extends Exception {
    private static final long serialVersionUID = 1;

    BadJsonException(Throwable cause) {
      super(innermost(cause).getMessage(), cause);
    }

    private static Throwable innermost(Throwable failure) {
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause;
    }
  }

  /** The JSON values of a body, one after the other. Used by one thread. */
  static final class Requests {
    private final BoundedBody body;
    private final JsonStreamParser values;
    private final Message prototype;

    /**
     * @param limit bytes of one value
     */
    Requests(InputStream body, Message prototype, int limit) {
      this.body = new BoundedBody(body, limit);
      this.values = new JsonStreamParser(new InputStreamReader(this.body, StandardCharsets.UTF_8));
      this.prototype = prototype;
    }

    /** The next one; null at the end. Waits for what the client has not sent yet. */
    @Nullable Message next() throws BadJsonException {
      try {
        if (!values.hasNext()) {
          return null;
        }
        JsonElement value = values.next();
        body.nextValue();
        Message.Builder message = prototype.newBuilderForType();
        PARSER.merge(value.toString(), message);
        return message.build();
      } catch (JsonParseException | InvalidProtocolBufferException e) {
        if (body.isBlank()) {
          return null;
        }
        throw new BadJsonException(e);
      }
    }
  }

  static String text(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message of ours has no JSON", e);
    }
  }

  /** What a call ended with: the words twice, for clients of either generation of the gateway. */
  static JsonObject error(Status status) {
    String text = status.getDescription() == null ? "" : status.getDescription();
    JsonObject error = new JsonObject();
    error.addProperty("error", text);
    error.addProperty("message", text);
    error.addProperty("code", status.getCode().value());
    return error;
  }

  /** The last line of a stream that failed. */
  static JsonObject streamError(Status status, int httpStatus) {
    JsonObject error = new JsonObject();
    error.addProperty("grpc_code", status.getCode().value());
    error.addProperty("http_code", httpStatus);
    error.addProperty("code", status.getCode().value());
    error.addProperty("message", status.getDescription());
    JsonObject line = new JsonObject();
    line.add("error", error);
    return line;
  }
}
