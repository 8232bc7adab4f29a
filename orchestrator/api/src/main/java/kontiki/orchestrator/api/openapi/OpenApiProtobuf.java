package kontiki.orchestrator.api.openapi;

import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.wire.ProtoWriter;
import org.jspecify.annotations.Nullable;

/**
 * OpenAPI 2 documents in protobuf, {@code
 * application/com.github.proto-openapi.spec.v2@v1.0+protobuf} (package openapi.v2 of gnostic): what
 * kubectl up to 1.30 reads for apply. Covers what documents of {@link OpenApi#v2} consist of;
 * anything else is refused with an IllegalArgumentException.
 */
public final class OpenApiProtobuf {
  /** What an answer is of: a media type that MIME parsers read. */
  public static final String MEDIA_TYPE =
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

  /** What clients ask for besides; no answer may carry it, for its form is none of MIME's. */
  public static final String ACCEPTED_MEDIA_TYPE =
      "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

  /** How a value of a message is written. */
  private enum Form {
    STRING,
    BOOL,
    STRINGS,
    /** A message of the given name. */
    MESSAGE,
    MESSAGES,
    /** A message that holds named values: pairs of a name and a message. */
    NAMED,
    /** A message that holds strings: gnostic's TypeItem. */
    STRING_ITEM,
    /** A message that holds one schema in a list: gnostic's ItemsItem. */
    ONE_IN_LIST,
    /** A message that chooses between forms; the given message's form is number one. */
    FIRST_CHOICE
  }

  private record Part(int number, Form form, String message) {
    static Part of(int number, Form form) {
      return new Part(number, form, "");
    }
  }

  private static final Map<String, Map<String, Part>> MESSAGES =
      Map.of(
          "Document",
          Map.of(
              "swagger", Part.of(1, Form.STRING),
              "info", new Part(2, Form.MESSAGE, "Info"),
              "paths", new Part(8, Form.MESSAGE, "Paths"),
              "definitions", new Part(9, Form.NAMED, "Schema"),
              "security", new Part(12, Form.MESSAGES, "SecurityRequirement"),
              "securityDefinitions", new Part(13, Form.NAMED, "SecurityDefinitionsItem")),
          "Info",
          Map.of("title", Part.of(1, Form.STRING), "version", Part.of(2, Form.STRING)),
          "PathItem",
          Map.of(
              "get", new Part(2, Form.MESSAGE, "Operation"),
              "put", new Part(3, Form.MESSAGE, "Operation"),
              "post", new Part(4, Form.MESSAGE, "Operation"),
              "delete", new Part(5, Form.MESSAGE, "Operation"),
              "patch", new Part(8, Form.MESSAGE, "Operation"),
              "parameters", new Part(9, Form.MESSAGES, "ParametersItem")),
          "Operation",
          Map.of(
              "tags", Part.of(1, Form.STRINGS),
              "description", Part.of(3, Form.STRING),
              "operationId", Part.of(5, Form.STRING),
              "produces", Part.of(6, Form.STRINGS),
              "consumes", Part.of(7, Form.STRINGS),
              "parameters", new Part(8, Form.MESSAGES, "ParametersItem"),
              "responses", new Part(9, Form.NAMED, "ResponseValue"),
              "schemes", Part.of(10, Form.STRINGS)),
          "BodyParameter",
          Map.of(
              "name", Part.of(2, Form.STRING),
              "in", Part.of(3, Form.STRING),
              "required", Part.of(4, Form.BOOL),
              "schema", new Part(5, Form.MESSAGE, "Schema")),
          "QueryParameter",
          Map.of(
              "in", Part.of(2, Form.STRING),
              "description", Part.of(3, Form.STRING),
              "name", Part.of(4, Form.STRING),
              "type", Part.of(6, Form.STRING),
              "uniqueItems", Part.of(20, Form.BOOL)),
          "PathParameter",
          Map.of(
              "required", Part.of(1, Form.BOOL),
              "in", Part.of(2, Form.STRING),
              "description", Part.of(3, Form.STRING),
              "name", Part.of(4, Form.STRING),
              "type", Part.of(5, Form.STRING),
              "uniqueItems", Part.of(19, Form.BOOL)),
          "Response",
          Map.of(
              "description",
              Part.of(1, Form.STRING),
              "schema",
              new Part(2, Form.FIRST_CHOICE, "Schema")),
          "ApiKeySecurity",
          Map.of(
              "type", Part.of(1, Form.STRING),
              "name", Part.of(2, Form.STRING),
              "in", Part.of(3, Form.STRING),
              "description", Part.of(4, Form.STRING)),
          "Schema",
          Map.of(
              "$ref", Part.of(1, Form.STRING),
              "format", Part.of(2, Form.STRING),
              "description", Part.of(4, Form.STRING),
              "required", Part.of(19, Form.STRINGS),
              "additionalProperties", new Part(21, Form.FIRST_CHOICE, "Schema"),
              "type", Part.of(22, Form.STRING_ITEM),
              "items", new Part(23, Form.ONE_IN_LIST, "Schema"),
              "properties", new Part(25, Form.NAMED, "Schema")));

  /** Where a message keeps the keys that begin with x-. */
  private static final Map<String, Integer> EXTENSIONS = Map.of("Operation", 13, "Schema", 31);

  private final ProtoWriter out = new ProtoWriter(1 << 16);

  private OpenApiProtobuf() {}

  /** Writes a document of {@link OpenApi#v2}. */
  public static byte[] encode(JsonObject document) {
    OpenApiProtobuf writing = new OpenApiProtobuf();
    writing.message("Document", document);
    return writing.out.toByteArray();
  }

  /** Writes a message's fields, the last one first. */
  private void message(String name, JsonObject value) {
    switch (name) {
      case "Paths" -> named(2, "PathItem", value);
      case "ParametersItem" -> chosen(1, () -> parameter(value));
      case "ResponseValue" -> chosen(1, () -> plain("Response", value));
      case "SecurityDefinitionsItem" -> chosen(2, () -> plain("ApiKeySecurity", value));
      case "SecurityRequirement" -> named(1, "StringArray", value);
      default -> plain(name, value);
    }
  }

  private void parameter(JsonObject value) {
    switch (value.string("in", "")) {
      case "body" -> chosen(1, () -> plain("BodyParameter", value));
      case "query" -> chosen(2, () -> chosen(3, () -> plain("QueryParameter", value)));
      case "path" -> chosen(2, () -> chosen(4, () -> plain("PathParameter", value)));
      default -> throw new IllegalArgumentException("a parameter in " + value.get("in"));
    }
  }

  private void chosen(int number, Runnable content) {
    int mark = out.mark();
    content.run();
    out.finish(mark, number);
  }

  private void plain(String name, JsonObject value) {
    Map<String, Part> parts = MESSAGES.get(name);
    if (parts == null) {
      throw new IllegalArgumentException("no message " + name);
    }
    for (int i = value.size() - 1; i >= 0; i--) {
      String key = value.keyAt(i);
      Object content = value.valueAt(i);
      if (key.startsWith("x-")) {
        extension(name, key, content);
        continue;
      }
      Part part = parts.get(key);
      if (part == null || content == null) {
        throw new IllegalArgumentException("no field " + key + " in " + name);
      }
      part(part, content);
    }
  }

  private void extension(String message, String key, @Nullable Object value) {
    Integer number = EXTENSIONS.get(message);
    if (number == null) {
      throw new IllegalArgumentException("no extensions in " + message);
    }
    int mark = out.mark();
    chosen(
        2,
        () -> {
          out.string(Json.writeText(value));
          out.tag(2, ProtoWriter.LENGTH);
        });
    out.string(key);
    out.tag(1, ProtoWriter.LENGTH);
    out.finish(mark, number);
  }

  private void part(Part part, Object value) {
    int number = part.number();
    switch (part.form()) {
      case STRING -> {
        out.string((String) value);
        out.tag(number, ProtoWriter.LENGTH);
      }
      case BOOL -> {
        out.varint(Boolean.TRUE.equals(value) ? 1 : 0);
        out.tag(number, ProtoWriter.VARINT);
      }
      case STRINGS -> strings(number, ((JsonArray) value).strings());
      case MESSAGE -> chosen(number, () -> message(part.message(), (JsonObject) value));
      case MESSAGES -> {
        for (JsonObject item : ((JsonArray) value).objects().reversed()) {
          chosen(number, () -> message(part.message(), item));
        }
      }
      case NAMED -> chosen(number, () -> named(1, part.message(), (JsonObject) value));
      case STRING_ITEM -> chosen(number, () -> strings(1, List.of((String) value)));
      case ONE_IN_LIST, FIRST_CHOICE ->
          chosen(number, () -> chosen(1, () -> message(part.message(), (JsonObject) value)));
    }
  }

  private void strings(int number, List<String> texts) {
    for (String text : texts.reversed()) {
      out.string(text);
      out.tag(number, ProtoWriter.LENGTH);
    }
  }

  private void named(int number, String message, JsonObject values) {
    for (int i = values.size() - 1; i >= 0; i--) {
      Object value = values.valueAt(i);
      int mark = out.mark();
      chosen(
          2,
          () -> {
            if (value instanceof JsonArray texts) {
              strings(1, texts.strings());
            } else {
              message(message, (JsonObject) java.util.Objects.requireNonNull(value));
            }
          });
      out.string(values.keyAt(i));
      out.tag(1, ProtoWriter.LENGTH);
      out.finish(mark, number);
    }
  }
}
