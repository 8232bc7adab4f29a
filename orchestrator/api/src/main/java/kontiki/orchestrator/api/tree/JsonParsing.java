package kontiki.orchestrator.api.tree;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** One document being read. Holds the path of where it is, to name a key that comes twice. */
final class JsonParsing {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(1 << 20)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private final JsonParser parser;
  private final JsonLimits limits;
  private final @Nullable Consumer<String> duplicateField;
  private final StringBuilder path = new StringBuilder();
  private long left;

  private JsonParsing(
      JsonParser parser, JsonLimits limits, @Nullable Consumer<String> duplicateField) {
    this.parser = parser;
    this.limits = limits;
    this.duplicateField = duplicateField;
    this.left = limits.keys();
  }

  static @Nullable Object read(
      byte[] document, JsonLimits limits, @Nullable Consumer<String> duplicateField) {
    if (document.length > limits.bytes()) {
      throw new TreeSyntaxException(
          "the document has %d bytes: the limit is %d".formatted(document.length, limits.bytes()));
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
      if (parser.nextToken() == null) {
        throw new TreeSyntaxException("unexpected end of JSON input");
      }
      Object value = new JsonParsing(parser, limits, duplicateField).value(limits.depth());
      if (parser.nextToken() != null) {
        throw new TreeSyntaxException("invalid content after the end of the JSON document");
      }
      return value;
    } catch (JacksonException malformed) {
      throw new TreeSyntaxException("invalid JSON: " + describe(malformed), malformed);
    }
  }

  private static String describe(JacksonException malformed) {
    String message = malformed.getOriginalMessage();
    var where = malformed.getLocation();
    return where == null
        ? message
        : message + " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")";
  }

  private @Nullable Object value(int depth) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(depth - 1);
      case START_ARRAY -> array(depth - 1);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      case null, default ->
          throw new TreeSyntaxException("unexpected JSON token " + parser.currentToken());
    };
  }

  private Object integer() {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? parser.getBigIntegerValue()
        : (Object) parser.getLongValue();
  }

  private JsonObject object(int depth) {
    checkDepth(depth);
    JsonObject object = new JsonObject(4);
    int outer = path.length();
    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
      count();
      parser.nextToken();
      if (duplicateField != null) {
        path.append(outer == 0 ? "" : ".").append(key);
      }
      Object value = value(depth);
      int before = object.indexOf(key);
      if (before < 0) {
        object.append(key, value);
      } else {
        object.setValueAt(before, value);
        if (duplicateField != null) {
          duplicateField.accept(path.toString());
        }
      }
      path.setLength(outer);
    }
    return object;
  }

  private JsonArray array(int depth) {
    checkDepth(depth);
    JsonArray array = new JsonArray();
    int outer = path.length();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      count();
      if (duplicateField != null) {
        path.append('[').append(array.size()).append(']');
      }
      array.append(value(depth));
      path.setLength(outer);
    }
    return array;
  }

  private void count() {
    if (--left < 0) {
      throw new TreeSyntaxException(
          "the document has more than %d keys and items".formatted(limits.keys()));
    }
  }

  private void checkDepth(int depth) {
    if (depth < 0) {
      throw new TreeSyntaxException(
          "the document is nested deeper than %d levels".formatted(limits.depth()));
    }
  }
}
