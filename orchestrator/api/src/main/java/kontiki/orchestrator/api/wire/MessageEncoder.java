package kontiki.orchestrator.api.wire;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import kontiki.orchestrator.api.schema.Canonical;
import kontiki.orchestrator.api.schema.Field;
import kontiki.orchestrator.api.schema.Schema;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.GoDuration;
import kontiki.orchestrator.api.value.Timestamps;
import org.jspecify.annotations.Nullable;

/**
 * Trees to protobuf messages, by the types of their schema: values are always written, pointers
 * only where they are set, map keys in order. Throws IllegalArgumentException on a value that does
 * not fit its type.
 */
final class MessageEncoder {
  private static final JsonObject EMPTY = new JsonObject(0);

  private final ProtoWriter out;

  MessageEncoder(ProtoWriter out) {
    this.out = out;
  }

  void struct(StructType type, @Nullable JsonObject given) {
    JsonObject object = given == null ? EMPTY : given;
    @Nullable Object[] slots = new @Nullable Object[type.size()];
    for (int i = 0; i < object.size(); i++) {
      Field field = type.own(object.keyAt(i));
      if (field != null) {
        slots[field.position()] = object.valueAt(i);
      }
    }
    for (int i = type.size() - 1; i >= 0; i--) {
      Field field = type.ascending(i);
      if (field.inline()) {
        int mark = out.mark();
        struct(field.schema().struct(), object);
        out.finish(mark, field.number());
      } else {
        field(field, slots[field.position()]);
      }
    }
  }

  private void field(Field field, @Nullable Object value) {
    Schema schema = field.schema();
    switch (schema.kind()) {
      case LIST -> {
        if (value != null) {
          JsonArray list = fit(JsonArray.class, value, schema);
          for (int i = list.size() - 1; i >= 0; i--) {
            value(schema.element(), field.number(), list.get(i));
          }
        }
      }
      case MAP -> {
        if (value != null) {
          map(schema.element(), field.number(), fit(JsonObject.class, value, schema));
        }
      }
      case BYTES, STRINGS -> {
        if (value != null) {
          value(schema, field.number(), value);
        }
      }
      default -> {
        if (value != null || !field.pointer()) {
          value(schema, field.number(), value);
        }
      }
    }
  }

  private void map(Schema element, int number, JsonObject unsorted) {
    JsonObject map = Canonical.sorted(unsorted);
    for (int i = map.size() - 1; i >= 0; i--) {
      int mark = out.mark();
      Object value = map.valueAt(i);
      if (value != null || element.kind() != Schema.Kind.BYTES) {
        value(element, 2, value);
      }
      out.string(map.keyAt(i));
      out.tag(1, ProtoReader.LENGTH);
      out.finish(mark, number);
    }
  }

  private void value(Schema schema, int number, @Nullable Object value) {
    switch (schema.kind()) {
      case STRING -> {
        out.string(value == null ? "" : fit(String.class, value, schema));
        out.tag(number, ProtoReader.LENGTH);
      }
      case INT32, INT64 -> {
        out.varint(value == null ? 0 : fit(Long.class, value, schema));
        out.tag(number, ProtoReader.VARINT);
      }
      case BOOLEAN -> {
        out.varint(value != null && fit(Boolean.class, value, schema) ? 1 : 0);
        out.tag(number, ProtoReader.VARINT);
      }
      case DOUBLE -> {
        double wide = value == null ? 0 : fit(Number.class, value, schema).doubleValue();
        out.fixed64(Double.doubleToRawLongBits(wide));
        out.tag(number, ProtoReader.FIXED64);
      }
      case BYTES -> {
        out.bytes(
            Base64.getDecoder().decode(value == null ? "" : fit(String.class, value, schema)));
        out.tag(number, ProtoReader.LENGTH);
      }
      default -> {
        int mark = out.mark();
        message(schema, value);
        out.finish(mark, number);
      }
    }
  }

  private void message(Schema schema, @Nullable Object value) {
    switch (schema.kind()) {
      case STRUCT ->
          struct(schema.struct(), value == null ? null : fit(JsonObject.class, value, schema));
      case TIME, MICRO_TIME -> {
        if (value != null) {
          time(schema, fit(String.class, value, schema));
        }
      }
      case DURATION -> duration(schema, value);
      case QUANTITY -> {
        out.string(value == null ? "0" : value.toString());
        out.tag(1, ProtoReader.LENGTH);
      }
      case INT_OR_STRING -> intOrString(schema, value);
      case ANY -> {
        if (value != null) {
          out.bytes(Json.write(value));
          out.tag(1, ProtoReader.LENGTH);
        }
      }
      case STRINGS -> strings(1, value == null ? List.of() : fit(JsonArray.class, value, schema));
      case SCHEMA_OR_BOOL -> {
        if (value instanceof JsonObject chosen) {
          nested(schema.struct(), 2, chosen);
        }
        out.varint(value instanceof Boolean allows && !allows || value == null ? 0 : 1);
        out.tag(1, ProtoReader.VARINT);
      }
      case SCHEMA_OR_ARRAY, SCHEMA_OR_STRINGS -> choice(schema, value);
      case LIST, MAP, STRING, INT32, INT64, BOOLEAN, DOUBLE, BYTES ->
          throw new IllegalStateException(schema.kind() + " is no message");
    }
  }

  private void nested(StructType type, int number, JsonObject value) {
    int mark = out.mark();
    struct(type, value);
    out.finish(mark, number);
  }

  private void time(Schema schema, String text) {
    long second = Timestamps.epochSecond(text);
    int nanos = 0;
    if (second == Long.MIN_VALUE) {
      Instant time = Timestamps.parse(text);
      if (time == null) {
        throw unfit(text, schema);
      }
      second = time.getEpochSecond();
      nanos = schema.kind() == Schema.Kind.TIME ? 0 : time.getNano() / 1000 * 1000;
    }
    out.varint(nanos);
    out.tag(2, ProtoReader.VARINT);
    out.varint(second);
    out.tag(1, ProtoReader.VARINT);
  }

  private void duration(Schema schema, @Nullable Object value) {
    Long nanos =
        value == null ? Long.valueOf(0) : GoDuration.parse(fit(String.class, value, schema));
    if (nanos == null) {
      throw unfit(value, schema);
    }
    out.varint(nanos);
    out.tag(1, ProtoReader.VARINT);
  }

  private void intOrString(Schema schema, @Nullable Object value) {
    boolean text = value instanceof String;
    out.string(value instanceof String chosen ? chosen : "");
    out.tag(3, ProtoReader.LENGTH);
    out.varint(text || value == null ? 0 : fit(Long.class, value, schema));
    out.tag(2, ProtoReader.VARINT);
    out.varint(text ? 1 : 0);
    out.tag(1, ProtoReader.VARINT);
  }

  private void strings(int number, List<Object> items) {
    for (int i = items.size() - 1; i >= 0; i--) {
      out.string((String) items.get(i));
      out.tag(number, ProtoReader.LENGTH);
    }
  }

  private void choice(Schema schema, @Nullable Object value) {
    if (value instanceof JsonArray list) {
      if (schema.kind() == Schema.Kind.SCHEMA_OR_STRINGS) {
        strings(2, list);
      } else {
        for (int i = list.size() - 1; i >= 0; i--) {
          nested(schema.struct(), 2, fit(JsonObject.class, list.get(i), schema));
        }
      }
    } else if (value instanceof JsonObject chosen) {
      nested(schema.struct(), 1, chosen);
    }
  }

  private static <T> T fit(Class<T> type, Object value, Schema schema) {
    if (!type.isInstance(value)) {
      throw unfit(value, schema);
    }
    return type.cast(value);
  }

  private static IllegalArgumentException unfit(@Nullable Object value, Schema schema) {
    return new IllegalArgumentException(
        "%s %s does not fit %s".formatted(Json.kindOf(value), value, schema.goType()));
  }
}
