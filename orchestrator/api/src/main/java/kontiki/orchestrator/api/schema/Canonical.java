package kontiki.orchestrator.api.schema;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.CodePointOrder;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects in the form in which the API server of the field writes them: fields in Go's order,
 * what Go always writes is there, what Go leaves out when empty is not.
 */
public final class Canonical {
  /**
   * In a slot: the field was given, and holds its zero. For a pointer that is the same as absent.
   */
  public static final Object ZERO = new Object();

  private Canonical() {}

  /**
   * Appends the fields of a struct to an object.
   *
   * @param slots a value for each position of the type, null where none was given
   */
  public static void emit(StructType type, @Nullable Object[] slots, JsonObject into) {
    for (int i = 0; i < slots.length; i++) {
      Field field = type.field(i);
      Object value = slots[i] == ZERO ? null : slots[i];
      if (field.inline()) {
        inline(field, value, into);
      } else if (value != null) {
        if (!omitted(field, value)) {
          into.append(field.name(), value);
        }
      } else {
        absent(field, into);
      }
    }
  }

  private static void inline(Field field, @Nullable Object value, JsonObject into) {
    if (value instanceof JsonObject inlined) {
      inlined.forEach(into::append);
    } else {
      StructType type = field.schema().struct();
      emit(type, new @Nullable Object[type.size()], into);
    }
  }

  private static boolean omitted(Field field, Object value) {
    if (field.always() || field.pointer()) {
      return false;
    }
    return switch (field.schema().kind()) {
      case STRING, BYTES -> value.equals("");
      case INT32, INT64 -> value.equals(0L);
      case DOUBLE -> value.equals(0.0) || value.equals(-0.0);
      case BOOLEAN -> value.equals(Boolean.FALSE);
      case LIST, STRINGS -> value instanceof JsonArray list && list.isEmpty();
      case MAP -> value instanceof JsonObject map && map.isEmpty();
      case STRUCT -> field.omitZero() && value instanceof JsonObject object && object.isEmpty();
      case TIME,
          MICRO_TIME,
          DURATION,
          QUANTITY,
          INT_OR_STRING,
          ANY,
          SCHEMA_OR_BOOL,
          SCHEMA_OR_ARRAY,
          SCHEMA_OR_STRINGS ->
          false;
    };
  }

  private static void absent(Field field, JsonObject into) {
    if (field.pointer()) {
      if (field.always()) {
        into.append(field.name(), null);
      }
      return;
    }
    switch (field.schema().kind()) {
      case LIST, MAP, STRINGS, BYTES, STRING, INT32, INT64, DOUBLE, BOOLEAN -> {
        if (field.always()) {
          into.append(field.name(), zero(field.schema()));
        }
      }
      case STRUCT,
          TIME,
          MICRO_TIME,
          DURATION,
          QUANTITY,
          INT_OR_STRING,
          ANY,
          SCHEMA_OR_BOOL,
          SCHEMA_OR_ARRAY,
          SCHEMA_OR_STRINGS -> {
        if (!field.omitZero()) {
          into.append(field.name(), zero(field.schema()));
        }
      }
    }
  }

  /** What Go writes for a value that was never set; null for what it writes as null. */
  public static @Nullable Object zero(Schema schema) {
    return switch (schema.kind()) {
      case STRING -> "";
      case INT32, INT64, INT_OR_STRING -> 0L;
      case DOUBLE -> 0.0;
      case BOOLEAN -> Boolean.FALSE;
      case DURATION -> "0s";
      case QUANTITY -> "0";
      case LIST,
          MAP,
          STRINGS,
          BYTES,
          TIME,
          MICRO_TIME,
          ANY,
          SCHEMA_OR_BOOL,
          SCHEMA_OR_ARRAY,
          SCHEMA_OR_STRINGS ->
          null;
      case STRUCT -> {
        StructType type = schema.struct();
        JsonObject empty = new JsonObject();
        emit(type, new @Nullable Object[type.size()], empty);
        yield empty;
      }
    };
  }

  /** The map with its keys in the order in which Go writes them, that of their bytes. */
  public static JsonObject sorted(JsonObject map) {
    boolean inOrder = true;
    for (int i = 1; inOrder && i < map.size(); i++) {
      inOrder = CodePointOrder.compare(map.keyAt(i - 1), map.keyAt(i)) < 0;
    }
    if (inOrder) {
      return map;
    }
    List<String> keys = new ArrayList<>(map.keys());
    keys.sort(CodePointOrder::compare);
    JsonObject sorted = new JsonObject(keys.size());
    for (String key : keys) {
      sorted.append(key, map.get(key));
    }
    return sorted;
  }
}
