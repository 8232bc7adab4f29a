package kontiki.orchestrator.api.schema;

import java.math.BigInteger;
import java.util.Base64;
import java.util.function.Consumer;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.JsonWriter;
import kontiki.orchestrator.api.value.GoDuration;
import kontiki.orchestrator.api.value.Quantity;
import kontiki.orchestrator.api.value.Timestamps;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON tree as an object of a type, as Go reads JSON into a struct and writes it again:
 * checks the type of every value, leaves unknown fields out and tells them, brings quantities,
 * times and durations into canonical form and fields into Go's order. The result shares no object
 * and no list with what was read, except inside of raw JSON.
 */
public final class TypedReader {
  private static final Consumer<String> NOBODY = path -> {};

  private final Consumer<String> unknownField;
  private final StringBuilder path = new StringBuilder();

  /** The path as Go's messages have it: fields only, no keys of maps and no places in lists. */
  private final StringBuilder fields = new StringBuilder();

  private String struct = "";

  private TypedReader(Consumer<String> unknownField) {
    this.unknownField = unknownField;
  }

  /** Reads an object; unknown fields are left out silently. */
  public static JsonObject read(StructType type, JsonObject object) {
    return read(type, object, NOBODY);
  }

  /**
   * Reads an object.
   *
   * @param unknownField takes the path of each unknown field, as {@code spec.containers[0].foo}
   * @throws TypeMismatchException where a value does not fit its field
   */
  public static JsonObject read(StructType type, JsonObject object, Consumer<String> unknownField) {
    return new TypedReader(unknownField).struct(type, object);
  }

  /** Reads a value of any schema, which stands at a path. */
  public static @Nullable Object readValue(
      Schema schema, @Nullable Object value, String at, Consumer<String> unknownField) {
    TypedReader reader = new TypedReader(unknownField);
    reader.path.append(at);
    return value == null ? Canonical.zero(schema) : reader.value(schema, value);
  }

  private JsonObject struct(StructType type, JsonObject object) {
    String outerStruct = struct;
    struct = type.name();
    JsonObject canonical = new JsonObject(object.size() + 2);
    if (type.typed()) {
      typeMeta(object, canonical);
    }
    Canonical.emit(type, slots(type, object, true), canonical);
    struct = outerStruct;
    return canonical;
  }

  private void typeMeta(JsonObject object, JsonObject canonical) {
    for (String key : new String[] {"kind", "apiVersion"}) {
      Object value = object.get(key);
      if (value instanceof String text) {
        if (!text.isEmpty()) {
          canonical.append(key, text);
        }
      } else if (value != null) {
        throw mismatch(value, key, "string");
      }
    }
  }

  private @Nullable Object[] slots(StructType type, JsonObject object, boolean outermost) {
    @Nullable Object[] slots = new @Nullable Object[type.size()];
    for (int i = 0; i < object.size(); i++) {
      String key = object.keyAt(i);
      Field field = type.own(key);
      if (field != null) {
        slots[field.position()] = field(field, object.valueAt(i));
      } else if (outermost && !known(type, key)) {
        int length = enter(key);
        unknownField.accept(path.toString());
        path.setLength(length);
      }
    }
    if (type.inlines()) {
      inlined(type, object, slots);
    }
    return slots;
  }

  private static boolean known(StructType type, String key) {
    return type.typed() && (key.equals("kind") || key.equals("apiVersion"))
        || type.find(key) != null;
  }

  private void inlined(StructType type, JsonObject object, @Nullable Object[] slots) {
    for (int i = 0; i < type.size(); i++) {
      Field field = type.field(i);
      if (field.inline()) {
        StructType inner = field.schema().struct();
        JsonObject part = new JsonObject();
        Canonical.emit(inner, slots(inner, object, false), part);
        slots[i] = part;
      }
    }
  }

  private @Nullable Object field(Field field, @Nullable Object value) {
    if (value == null) {
      return Canonical.ZERO;
    }
    int length = enter(field.name());
    int fieldsLength = fields.length();
    fields.append('.').append(field.name());
    Object read = value(field.schema(), value);
    path.setLength(length);
    fields.setLength(fieldsLength);
    return read;
  }

  private int enter(String key) {
    int length = path.length();
    path.append(length == 0 ? "" : ".").append(key);
    return length;
  }

  private Object value(Schema schema, Object value) {
    return switch (schema.kind()) {
      case STRUCT -> struct(schema.struct(), as(JsonObject.class, value, schema));
      case MAP -> map(schema.element(), as(JsonObject.class, value, schema));
      case LIST -> list(schema.element(), as(JsonArray.class, value, schema));
      case STRING -> as(String.class, value, schema);
      case BOOLEAN -> as(Boolean.class, value, schema);
      case INT32, INT64 -> integer(schema, value);
      case DOUBLE -> as(Number.class, value, schema).doubleValue();
      case BYTES -> base64(as(String.class, value, schema));
      case TIME, MICRO_TIME -> time(schema, as(String.class, value, schema));
      case DURATION -> duration(as(String.class, value, schema));
      case QUANTITY -> quantity(schema, value);
      case INT_OR_STRING ->
          value instanceof String ? value : integer(Schema.scalar(Schema.Kind.INT32), value);
      case ANY -> value;
      case STRINGS -> strings(schema, as(JsonArray.class, value, schema));
      case SCHEMA_OR_BOOL ->
          value instanceof Boolean
              ? value
              : struct(schema.struct(), as(JsonObject.class, value, schema));
      case SCHEMA_OR_ARRAY ->
          value instanceof JsonArray items
              ? list(Schema.struct(schema::struct), items)
              : struct(schema.struct(), as(JsonObject.class, value, schema));
      case SCHEMA_OR_STRINGS ->
          value instanceof JsonArray items
              ? strings(schema, items)
              : struct(schema.struct(), as(JsonObject.class, value, schema));
    };
  }

  private JsonObject map(Schema element, JsonObject map) {
    JsonObject read = new JsonObject(map.size());
    for (int i = 0; i < map.size(); i++) {
      Object value = map.valueAt(i);
      int length = enter(map.keyAt(i));
      read.append(map.keyAt(i), value == null ? Canonical.zero(element) : value(element, value));
      path.setLength(length);
    }
    return Canonical.sorted(read);
  }

  private JsonArray list(Schema element, JsonArray items) {
    JsonArray read = new JsonArray(items.size());
    int length = path.length();
    for (int i = 0; i < items.size(); i++) {
      Object value = items.get(i);
      path.append('[').append(i).append(']');
      read.append(value == null ? Canonical.zero(element) : value(element, value));
      path.setLength(length);
    }
    return read;
  }

  private JsonArray strings(Schema schema, JsonArray items) {
    JsonArray read = new JsonArray(items.size());
    for (Object item : items) {
      read.append(item == null ? "" : as(String.class, item, schema));
    }
    return read;
  }

  private Object integer(Schema schema, Object value) {
    if (!(value instanceof Long number)
        || schema.kind() == Schema.Kind.INT32 && number != (int) (long) number) {
      throw mismatch(value, "", schema.goType());
    }
    return number;
  }

  private Object base64(String text) {
    String plain =
        text.indexOf('\n') < 0 && text.indexOf('\r') < 0 ? text : text.replaceAll("[\r\n]", "");
    try {
      byte[] bytes = Base64.getDecoder().decode(plain);
      if (plain.length() % 4 != 0) {
        throw new IllegalArgumentException("the padding is missing");
      }
      return Base64.getEncoder().encodeToString(bytes);
    } catch (IllegalArgumentException malformed) {
      throw new TypeMismatchException(
          path.toString(), "illegal base64 data in " + path + ": " + malformed.getMessage());
    }
  }

  private Object time(Schema schema, String text) {
    String canonical = Timestamps.canonical(text, schema.kind() == Schema.Kind.MICRO_TIME);
    if (canonical == null) {
      String form =
          schema.kind() == Schema.Kind.TIME
              ? "2006-01-02T15:04:05Z07:00"
              : "2006-01-02T15:04:05.000000Z07:00";
      throw new TypeMismatchException(
          path.toString(),
          "parsing time %s as \"%s\": cannot parse %s in %s"
              .formatted(Json.writeText(text), form, Json.writeText(text), path));
    }
    return canonical;
  }

  private Object duration(String text) {
    Long nanos = GoDuration.parse(text);
    if (nanos == null) {
      throw new TypeMismatchException(
          path.toString(), "time: invalid duration " + Json.writeText(text) + " in " + path);
    }
    return GoDuration.format(nanos);
  }

  private Object quantity(Schema schema, Object value) {
    if (!(value instanceof String) && !(value instanceof Number)) {
      throw mismatch(value, "", schema.goType());
    }
    try {
      return Quantity.parse(
              value instanceof Number ? Json.writeText(value) : value.toString().strip())
          .toString();
    } catch (IllegalArgumentException malformed) {
      String message = malformed.getMessage();
      throw new TypeMismatchException(path.toString(), message == null ? Quantity.FORM : message);
    }
  }

  private <T> T as(Class<T> type, Object value, Schema schema) {
    if (!type.isInstance(value)) {
      throw mismatch(value, "", schema.goType());
    }
    return type.cast(value);
  }

  private TypeMismatchException mismatch(Object value, String key, String goType) {
    String what =
        value instanceof Number || value instanceof BigInteger
            ? "number " + Json.writeText(value)
            : Json.kindOf(value);
    int length = key.isEmpty() ? path.length() : enter(key);
    String at = path.toString();
    path.setLength(length);
    return new TypeMismatchException(
        at,
        "json: cannot unmarshal %s into Go struct field %s%s%s of type %s"
            .formatted(what, struct, fields, key.isEmpty() ? "" : "." + key, goType));
  }

  /**
   * Writes the message of strict decoding: {@code strict decoding error: unknown field "spec.x"}.
   */
  public static String strictError(Iterable<String> duplicates, Iterable<String> unknown) {
    StringBuilder message = new StringBuilder("strict decoding error: ");
    String separator = "";
    for (String field : duplicates) {
      message.append(separator).append("duplicate field ").append(quoted(field));
      separator = ", ";
    }
    for (String field : unknown) {
      message.append(separator).append("unknown field ").append(quoted(field));
      separator = ", ";
    }
    return message.toString();
  }

  private static String quoted(String text) {
    return new String(
        new JsonWriter(text.length() + 2).string(text).toByteArray(),
        java.nio.charset.StandardCharsets.UTF_8);
  }
}
