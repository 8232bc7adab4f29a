package kontiki.orchestrator.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** Reads a list answer item by item, so that no tree of the whole answer is made. */
final class ListReader {
  private ListReader() {}

  static <T> ResourceList<T> read(byte[] json, Class<T> type) {
    List<T> items = new ArrayList<>();
    String version = "";
    @Nullable String token = null;
    try (JsonParser in = Json.mapper().createParser(json)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = in.currentName();
        in.nextToken();
        if (field.equals("items")) {
          readItems(in, type, items);
        } else if (field.equals("metadata")) {
          while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            in.nextToken();
            if (name.equals("resourceVersion")) {
              version = in.getValueAsString("");
            } else if (name.equals("continue")) {
              token = in.getValueAsString(null);
            } else {
              in.skipChildren();
            }
          }
        } else {
          in.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw new ApiException(
          0,
          "MalformedAnswer",
          "the list answer of the API server is no list of " + type.getSimpleName(),
          null,
          e);
    }
    return new ResourceList<>(items, version, token == null || token.isEmpty() ? null : token);
  }

  private static <T> void readItems(JsonParser in, Class<T> type, List<T> items) {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      return;
    }
    // Made with the first item only: to look into a type costs more than to read an empty list.
    ObjectReader reader = null;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (reader == null) {
        reader =
            Json.mapper()
                .readerFor(type)
                .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS); // the next item follows
      }
      items.add(reader.<T>readValue(in));
    }
  }
}
