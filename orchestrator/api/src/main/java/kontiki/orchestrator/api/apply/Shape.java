package kontiki.orchestrator.api.apply;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.Field;
import kontiki.orchestrator.api.schema.Schema;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How a value is taken apart for owning and merging. Without a schema, objects are taken apart by
 * their keys and lists are whole.
 *
 * @param root whether it is a whole object, whose metadata is known even without a schema
 */
record Shape(@Nullable StructType struct, @Nullable Schema schema, boolean root) {
  /** The ways in which a value is taken apart. */
  enum Form {
    /** Not at all: owned and replaced whole. */
    LEAF,
    /** By keys. */
    FIELDS,
    /** A list, by the values of its items. */
    SET,
    /** A list, by keys of its items. */
    LIST
  }

  private static final Shape UNKNOWN = new Shape(null, null, false);

  /** The shape of a whole object; without a type, of a custom resource. */
  static Shape of(@Nullable StructType type) {
    return new Shape(type, null, true);
  }

  private static Shape of(Schema schema) {
    return new Shape(schema.kind() == Schema.Kind.STRUCT ? schema.struct() : null, schema, false);
  }

  Form form() {
    if (root || schema == null) {
      return Form.FIELDS;
    }
    return switch (schema.kind()) {
      case STRUCT, MAP -> schema.atomic() ? Form.LEAF : Form.FIELDS;
      case LIST ->
          switch (schema.merge().listType()) {
            case ATOMIC -> Form.LEAF;
            case SET -> Form.SET;
            case MAP -> Form.LIST;
          };
      default -> Form.LEAF;
    };
  }

  /** The form in which values can be taken apart: values of another kind are leaves. */
  Form form(@Nullable Object one, @Nullable Object other) {
    Form form = form();
    Object value = one == null ? other : one;
    boolean object = value instanceof JsonObject;
    boolean list = value instanceof List<?>;
    return switch (form) {
      case LEAF -> Form.LEAF;
      case FIELDS -> object || value == null && schema != null ? form : Form.LEAF;
      case SET, LIST -> list || value == null ? form : Form.LEAF;
    };
  }

  /** The shape of a field's value. */
  Shape child(String key) {
    if (struct != null) {
      Field field = struct.find(key);
      return field == null ? UNKNOWN : of(field.schema());
    }
    if (schema != null && schema.kind() == Schema.Kind.MAP) {
      return of(schema.element());
    }
    return root && key.equals("metadata")
        ? of(Schema.struct(() -> BuiltinSchemas.struct("meta/v1", "ObjectMeta")))
        : UNKNOWN;
  }

  /** Whether a key is a field that the schema names. */
  boolean names(String key) {
    return struct != null && struct.find(key) != null;
  }

  /** The shape of a list's items. */
  Shape item() {
    return schema == null ? UNKNOWN : of(schema.element());
  }

  /** The step that leads to an item of a list. */
  String step(@Nullable Object item) {
    if (form() == Form.SET || schema == null || !(item instanceof JsonObject object)) {
      return "v:" + Json.writeText(item);
    }
    JsonObject keys = new JsonObject();
    List<String> names = new ArrayList<>(schema.merge().listKeys());
    names.sort(null);
    for (String name : names) {
      Object value = object.get(name);
      // The only keys that have a default are the protocols of ports.
      keys.append(name, value == null && name.equals("protocol") ? "TCP" : value);
    }
    return "k:" + Json.writeText(keys);
  }
}
