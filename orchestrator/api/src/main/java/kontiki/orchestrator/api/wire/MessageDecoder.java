package kontiki.orchestrator.api.wire;

import java.util.Base64;
import kontiki.orchestrator.api.schema.Canonical;
import kontiki.orchestrator.api.schema.Field;
import kontiki.orchestrator.api.schema.Schema;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.GoDuration;
import kontiki.orchestrator.api.value.Timestamps;
import org.jspecify.annotations.Nullable;

/** Protobuf messages to canonical trees, by the types of their schema. One message, one thread. */
final class MessageDecoder {
  private static final int MAX_DEPTH = 500;

  private final ProtoReader in;
  private int depth;

  MessageDecoder(ProtoReader in) {
    this.in = in;
  }

  /** Reads a struct up to a position and appends its fields to an object. */
  void struct(StructType type, int end, JsonObject into) {
    if (++depth > MAX_DEPTH) {
      throw in.malformed("messages nested deeper than " + MAX_DEPTH);
    }
    @Nullable Object[] slots = new @Nullable Object[type.size()];
    while (in.position() < end) {
      int tag = in.tag();
      Field field = type.byNumber(tag >>> 3);
      if (field == null) {
        in.skip(tag & 7, end);
      } else {
        field(field, tag, slots, end);
      }
    }
    depth--;
    Canonical.emit(type, slots, into);
  }

  private void field(Field field, int tag, @Nullable Object[] slots, int end) {
    Schema schema = field.schema();
    int slot = field.position();
    switch (schema.kind()) {
      case LIST -> {
        JsonArray list = slots[slot] instanceof JsonArray begun ? begun : new JsonArray();
        slots[slot] = list;
        item(schema.element(), tag, list, end);
      }
      case MAP -> {
        JsonObject map = slots[slot] instanceof JsonObject begun ? begun : new JsonObject();
        slots[slot] = map;
        in.expect(tag, ProtoReader.LENGTH);
        entry(schema.element(), map, in.end(end));
      }
      default -> {
        Object value = value(schema, tag, end);
        slots[slot] = value == null ? Canonical.ZERO : value;
      }
    }
  }

  private void item(Schema element, int tag, JsonArray list, int end) {
    if ((tag & 7) == ProtoReader.LENGTH && packable(element.kind())) {
      int last = in.end(end);
      int scalar = element.kind() == Schema.Kind.DOUBLE ? ProtoReader.FIXED64 : ProtoReader.VARINT;
      while (in.position() < last) {
        list.append(value(element, scalar, last));
      }
    } else {
      list.append(value(element, tag, end));
    }
  }

  private static boolean packable(Schema.Kind kind) {
    return switch (kind) {
      case INT32, INT64, BOOLEAN, DOUBLE -> true;
      default -> false;
    };
  }

  private void entry(Schema element, JsonObject map, int end) {
    String key = "";
    Object value = null;
    boolean given = false;
    while (in.position() < end) {
      int tag = in.tag();
      switch (tag >>> 3) {
        case 1 -> {
          in.expect(tag, ProtoReader.LENGTH);
          key = in.string(end);
        }
        case 2 -> {
          value = value(element, tag, end);
          given = true;
        }
        default -> in.skip(tag & 7, end);
      }
    }
    map.put(key, given ? value : Canonical.zero(element));
  }

  private @Nullable Object value(Schema schema, int tag, int end) {
    int wire = tag & 7;
    switch (schema.kind()) {
      case INT32, INT64, BOOLEAN -> {
        if (wire != ProtoReader.VARINT) {
          in.expect(tag, ProtoReader.VARINT);
        }
        long number = in.varint();
        return switch (schema.kind()) {
          case BOOLEAN -> number != 0;
          case INT32 -> (Object) (long) (int) number;
          default -> number;
        };
      }
      case DOUBLE -> {
        in.expect(tag, ProtoReader.FIXED64);
        return Double.longBitsToDouble(in.fixed64());
      }
      default -> {
        if (wire != ProtoReader.LENGTH) {
          in.expect(tag, ProtoReader.LENGTH);
        }
        return measured(schema, end);
      }
    }
  }

  /** A value that has its length before it. */
  private @Nullable Object measured(Schema schema, int limit) {
    return switch (schema.kind()) {
      case STRING -> in.string(limit);
      case BYTES -> Base64.getEncoder().encodeToString(in.bytes(limit));
      case STRUCT -> {
        JsonObject object = new JsonObject(4);
        struct(schema.struct(), in.end(limit), object);
        yield object;
      }
      case TIME -> time(in.end(limit), false);
      case MICRO_TIME -> time(in.end(limit), true);
      case DURATION -> GoDuration.format(number(in.end(limit)));
      case QUANTITY -> {
        String quantity = text(in.end(limit));
        yield quantity.isEmpty() ? "0" : quantity;
      }
      case INT_OR_STRING -> intOrString(in.end(limit));
      case ANY -> raw(in.end(limit));
      case STRINGS -> strings(in.end(limit));
      case SCHEMA_OR_BOOL, SCHEMA_OR_ARRAY, SCHEMA_OR_STRINGS -> choice(schema, in.end(limit));
      case LIST, MAP, INT32, INT64, DOUBLE, BOOLEAN ->
          throw new IllegalStateException(schema.kind() + " has no length of its own");
    };
  }

  private @Nullable Object time(int end, boolean micro) {
    if (in.position() == end) {
      return null;
    }
    long seconds = 0;
    int nanos = 0;
    while (in.position() < end) {
      int tag = in.tag();
      switch (tag >>> 3) {
        case 1 -> seconds = in.varint();
        case 2 -> nanos = (int) in.varint();
        default -> in.skip(tag & 7, end);
      }
    }
    if (seconds < -62_135_596_800L
        || seconds > 253_402_300_799L
        || nanos < 0
        || nanos > 999_999_999) {
      throw in.malformed("a time outside of the years 1 to 9999");
    }
    return Timestamps.format(seconds, nanos, micro);
  }

  private long number(int end) {
    long number = 0;
    while (in.position() < end) {
      int tag = in.tag();
      if (tag >>> 3 == 1) {
        number = in.varint();
      } else {
        in.skip(tag & 7, end);
      }
    }
    return number;
  }

  private String text(int end) {
    String text = "";
    while (in.position() < end) {
      int tag = in.tag();
      if (tag >>> 3 == 1) {
        text = in.string(end);
      } else {
        in.skip(tag & 7, end);
      }
    }
    return text;
  }

  private Object intOrString(int end) {
    long choice = 0;
    long number = 0;
    String text = "";
    while (in.position() < end) {
      int tag = in.tag();
      switch (tag >>> 3) {
        case 1 -> choice = in.varint();
        case 2 -> number = (int) in.varint();
        case 3 -> text = in.string(end);
        default -> in.skip(tag & 7, end);
      }
    }
    return choice == 0 ? (Object) number : text;
  }

  private @Nullable Object raw(int end) {
    byte[] document = {};
    while (in.position() < end) {
      int tag = in.tag();
      if (tag >>> 3 == 1) {
        document = in.bytes(end);
      } else {
        in.skip(tag & 7, end);
      }
    }
    return document.length == 0 ? null : Json.parse(document, JsonLimits.TRUSTED);
  }

  private JsonArray strings(int end) {
    JsonArray strings = new JsonArray();
    while (in.position() < end) {
      int tag = in.tag();
      if (tag >>> 3 == 1) {
        strings.append(in.string(end));
      } else {
        in.skip(tag & 7, end);
      }
    }
    return strings;
  }

  /**
   * JSONSchemaPropsOrBool (allows, schema), OrArray (schema, list), OrStringArray (schema, list).
   */
  private @Nullable Object choice(Schema schema, int end) {
    boolean orBool = schema.kind() == Schema.Kind.SCHEMA_OR_BOOL;
    int schemaNumber = orBool ? 2 : 1;
    JsonObject chosen = null;
    boolean allows = false;
    JsonArray list = null;
    while (in.position() < end) {
      int tag = in.tag();
      int number = tag >>> 3;
      if (number == schemaNumber) {
        chosen = new JsonObject();
        struct(schema.struct(), in.end(end), chosen);
      } else if (number > 2) {
        in.skip(tag & 7, end);
      } else if (orBool) {
        allows = in.varint() != 0;
      } else {
        list = list == null ? new JsonArray() : list;
        list.append(choiceItem(schema, end));
      }
    }
    return chosen != null ? chosen : orBool ? (Object) allows : list;
  }

  private Object choiceItem(Schema schema, int end) {
    if (schema.kind() == Schema.Kind.SCHEMA_OR_STRINGS) {
      return in.string(end);
    }
    JsonObject item = new JsonObject();
    struct(schema.struct(), in.end(end), item);
    return item;
  }
}
