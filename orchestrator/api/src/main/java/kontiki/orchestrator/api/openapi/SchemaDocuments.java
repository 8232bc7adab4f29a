package kontiki.orchestrator.api.openapi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.schema.Field;
import kontiki.orchestrator.api.schema.ListType;
import kontiki.orchestrator.api.schema.Merge;
import kontiki.orchestrator.api.schema.Schema;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * Makes JSON schemas of types, in the dialect of OpenAPI 2 or 3, and of all types that they
 * mention. One document at a time, on one thread.
 */
final class SchemaDocuments {
  private final boolean v3;
  private final String refPrefix;
  private final TypeNames names;
  private final Map<String, Documentation> documentation = new HashMap<>();
  private final Map<String, JsonObject> made = new TreeMap<>();
  private final Deque<StructType> waiting = new ArrayDeque<>();

  SchemaDocuments(ResourceCatalog catalog, boolean v3) {
    this.v3 = v3;
    this.refPrefix = v3 ? "#/components/schemas/" : "#/definitions/";
    this.names = new TypeNames(catalog);
  }

  /** Sees to it that a type is among the schemas; returns a reference to it. */
  JsonObject reference(StructType type) {
    String name = TypeNames.of(type);
    if (!made.containsKey(name)) {
      made.put(name, new JsonObject());
      waiting.add(type);
    }
    return JsonObject.of("$ref", refPrefix + name);
  }

  /** Sees to it that a schema without fields is among the schemas; returns a reference to it. */
  JsonObject reference(String name) {
    made.computeIfAbsent(name, this::simple);
    return JsonObject.of("$ref", refPrefix + name);
  }

  /** All schemas, by name; those that were mentioned and what they mention. */
  JsonObject all() {
    for (StructType type = waiting.poll(); type != null; type = waiting.poll()) {
      made.put(TypeNames.of(type), struct(type));
    }
    JsonObject all = new JsonObject(made.size());
    made.forEach(all::append);
    return all;
  }

  private JsonObject simple(String name) {
    JsonObject schema = new JsonObject();
    switch (name) {
      case TypeNames.TIME, TypeNames.MICRO_TIME ->
          schema.put("type", "string").put("format", "date-time");
      case TypeNames.DURATION -> schema.put("type", "string");
      case TypeNames.QUANTITY -> {
        if (v3) {
          schema.put("oneOf", alternatives("string", "number"));
        } else {
          schema.put("type", "string");
        }
      }
      case TypeNames.INT_OR_STRING -> {
        schema.put("format", "int-or-string");
        if (v3) {
          schema.put("oneOf", alternatives("integer", "string"));
        } else {
          schema.put("type", "string");
        }
      }
      default -> {
        schema.put("type", "object");
        if (name.equals(TypeNames.PATCH)) {
          schema.put(
              "description",
              "Patch is provided to give a concrete name and type to the Kubernetes PATCH request"
                  + " body.");
        }
      }
    }
    return schema;
  }

  private static JsonArray alternatives(String one, String other) {
    return JsonArray.of(JsonObject.of("type", one), JsonObject.of("type", other));
  }

  private Documentation documentation(StructType type) {
    return documentation.computeIfAbsent(type.home(), Documentation::read);
  }

  private JsonObject struct(StructType type) {
    Documentation docs = documentation(type);
    JsonObject schema = new JsonObject();
    text(schema, docs.type(type.name()));
    JsonArray required = new JsonArray();
    JsonObject properties = new JsonObject();
    if (type.typed()) {
      typeMeta(properties, docs, type);
    }
    type.flat()
        .forEach((name, field) -> {
          properties.append(name, property(field, docs.field(type.name(), name)));
          if (docs.required(type.name(), name)) {
            required.append(name);
          }
        });
    if (!properties.isEmpty()) {
      schema.put("properties", properties);
    }
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("type", "object");
    if (type.typed()) {
      kind(schema, type);
    }
    if (type.atomic()) {
      schema.put("x-kubernetes-map-type", "atomic");
    }
    return schema;
  }

  private static void typeMeta(JsonObject properties, Documentation docs, StructType type) {
    for (String name : new String[] {"apiVersion", "kind"}) {
      JsonObject property = new JsonObject();
      text(property, docs.field(type.name(), name));
      properties.append(name, property.put("type", "string"));
    }
  }

  private void kind(JsonObject schema, StructType type) {
    String version = type.home().substring(type.home().indexOf('/') + 1);
    JsonObject kind =
        JsonObject.of("group", names.group(type.home()), "kind", type.name(), "version", version);
    schema.put("x-kubernetes-group-version-kind", List.of(kind));
  }

  private static void text(JsonObject schema, String description) {
    if (!description.isEmpty()) {
      schema.put("description", description);
    }
  }

  private JsonObject property(Field field, String description) {
    JsonObject schema = of(field.schema(), field.name());
    JsonObject property = schema;
    if (v3 && schema.has("$ref") && !description.isEmpty()) {
      property = JsonObject.of("allOf", List.of(schema));
    }
    text(property, description);
    merge(property, field.schema());
    return property;
  }

  private JsonObject of(Schema schema, String field) {
    return switch (schema.kind()) {
      case STRUCT -> reference(schema.struct());
      case MAP ->
          JsonObject.of("type", "object", "additionalProperties", of(schema.element(), field));
      case LIST -> JsonObject.of("type", "array", "items", of(schema.element(), field));
      case STRINGS -> JsonObject.of("type", "array", "items", JsonObject.of("type", "string"));
      case STRING -> JsonObject.of("type", "string");
      case BOOLEAN -> JsonObject.of("type", "boolean");
      case INT32 -> JsonObject.of("type", "integer", "format", "int32");
      case INT64 -> JsonObject.of("type", "integer", "format", "int64");
      case DOUBLE -> JsonObject.of("type", "number", "format", "double");
      case BYTES -> JsonObject.of("type", "string", "format", "byte");
      case TIME -> reference(TypeNames.TIME);
      case MICRO_TIME -> reference(TypeNames.MICRO_TIME);
      case DURATION -> reference(TypeNames.DURATION);
      case QUANTITY -> reference(TypeNames.QUANTITY);
      case INT_OR_STRING -> reference(TypeNames.INT_OR_STRING);
      case ANY -> reference(field.equals("fieldsV1") ? TypeNames.FIELDS : TypeNames.RAW);
      case SCHEMA_OR_BOOL, SCHEMA_OR_ARRAY, SCHEMA_OR_STRINGS ->
          JsonObject.of(
              "description",
              "A JSON schema, or what the JSON schema specification allows instead.");
    };
  }

  private static void merge(JsonObject property, Schema schema) {
    Merge merge = schema.merge();
    boolean list = schema.kind() == Schema.Kind.LIST;
    if (list && merge != Merge.PLAIN && (merge.atomic() || merge.listType() != ListType.ATOMIC)) {
      if (merge.listType() == ListType.MAP) {
        property.put("x-kubernetes-list-map-keys", merge.listKeys());
      }
      property.put(
          "x-kubernetes-list-type",
          merge.listType() == ListType.MAP
              ? "map"
              : merge.listType() == ListType.SET ? "set" : "atomic");
    }
    if (!list && merge.atomic()) {
      property.put("x-kubernetes-map-type", "atomic");
    }
    if (merge.patchKey() != null) {
      property.put("x-kubernetes-patch-merge-key", merge.patchKey());
    }
    if (!merge.patchStrategies().isEmpty()) {
      property.put(
          "x-kubernetes-patch-strategy",
          String.join(",", merge.patchStrategies().stream().sorted().toList()));
    }
  }
}
