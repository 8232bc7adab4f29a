package kontiki.orchestrator.api.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON text to trees and back, written as Go's encoding/json writes it: compact, {@code < > &}
 * escaped, numbers in Go's form, so that what is stored is what the API server of the field stores.
 * Stateless; every method may be called from any thread.
 */
public final class Json {
  private Json() {}

  /** Reads one document within {@link JsonLimits#REQUEST}; of equal keys the last one counts. */
  public static @Nullable Object parse(byte[] document) {
    return parse(document, JsonLimits.REQUEST);
  }

  /** Reads one document; throws {@link TreeSyntaxException} where it is malformed or too large. */
  public static @Nullable Object parse(byte[] document, JsonLimits limits) {
    return JsonParsing.read(document, limits, null);
  }

  /**
   * Reads one document and tells the path of every key that an object has twice, as in {@code
   * spec.containers[0].name}: that is what strict field validation refuses.
   */
  public static @Nullable Object parse(
      byte[] document, JsonLimits limits, Consumer<String> duplicateField) {
    return JsonParsing.read(document, limits, duplicateField);
  }

  public static JsonObject parseObject(byte[] document) {
    return asObject(parse(document));
  }

  public static JsonObject parseObject(byte[] document, JsonLimits limits) {
    return asObject(parse(document, limits));
  }

  public static JsonObject parseObject(String document) {
    return parseObject(document.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject asObject(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new TreeSyntaxException("a JSON object is expected, not " + kindOf(value));
  }

  /** The name of a value's kind, as in Go's messages: object, array, string, number, bool, null. */
  public static String kindOf(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case JsonObject object -> "object";
      case List<?> list -> "array";
      case String text -> "string";
      case Boolean truth -> "bool";
      case Number number -> "number";
      default -> value.getClass().getSimpleName();
    };
  }

  /** A tree as compact JSON in UTF-8. */
  public static byte[] write(@Nullable Object value) {
    JsonWriter writer = new JsonWriter(512);
    writer.value(value);
    return writer.toByteArray();
  }

  public static String writeText(@Nullable Object value) {
    return new String(write(value), StandardCharsets.UTF_8);
  }

  /** A tree as JSON with one key a line, indented by two spaces a level. */
  public static byte[] writeIndented(@Nullable Object value) {
    JsonWriter writer = new JsonWriter(1024);
    writer.indented(value, 0);
    return writer.toByteArray();
  }

  /** The bytes as a stream, for callers that take one. */
  public static InputStream stream(@Nullable Object value) {
    return new ByteArrayInputStream(write(value));
  }
}
