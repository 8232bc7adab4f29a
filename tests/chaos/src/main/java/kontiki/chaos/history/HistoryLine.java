package kontiki.chaos.history;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A flat JSON object of strings and whole numbers, in the order of its fields. */
final class HistoryLine {

  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Object> fields;

  private HistoryLine(Map<String, Object> fields) {
    this.fields = fields;
  }

  static HistoryLine of(long nanos, String type) {
    return new HistoryLine(new LinkedHashMap<>()).with("nanos", nanos).with("type", type);
  }

  HistoryLine with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  String text(String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("\"" + name + "\" is missing or is no string");
  }

  long number(String name) {
    if (fields.get(name) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("\"" + name + "\" is missing or is no whole number");
  }

  String print() {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      fields.forEach((name, value) -> {
        json.writeName(name);
        if (value instanceof Long number) {
          json.writeNumber(number);
        } else {
          json.writeString(value.toString());
        }
      });
      json.writeEndObject();
    }
    return text.toString();
  }

  static HistoryLine parse(String line) {
    var fields = new LinkedHashMap<String, Object>();
    try (var json = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        var token = json.nextToken();
        if (token == JsonToken.VALUE_STRING) {
          fields.put(name, json.getString());
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
          fields.put(name, json.getLongValue());
        } else {
          throw new IllegalArgumentException("\"" + name + "\" is neither string nor number");
        }
      }
    } catch (tools.jackson.core.JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    return new HistoryLine(fields);
  }
}
