package kontiki.orchestrator.client;

import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one object mapper for typed models. It is made on first use, because its set-up and its
 * per-class introspection are a large part of a small process' start-up. Thread-safe.
 */
public final class Json {
  private Json() {}

  private static final class Holder {
    static final JsonMapper MAPPER =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A null list in an answer means an empty one, as Go writes it.
            .changeDefaultNullHandling(nulls -> nulls.withValueNulls(Nulls.SKIP))
            .build();
  }

  static JsonMapper mapper() {
    return Holder.MAPPER;
  }

  /** The JSON bytes of a model object. */
  public static byte[] write(Object value) {
    return mapper().writeValueAsBytes(value);
  }

  /** The JSON text of a model object. */
  public static String text(Object value) {
    return mapper().writeValueAsString(value);
  }

  /**
   * Reads a model object.
   *
   * @throws IllegalArgumentException when the bytes are no JSON of this type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      return mapper().readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "no " + type.getSimpleName() + " in JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** The untyped tree of JSON bytes. */
  public static JsonNode tree(byte[] json) {
    return mapper().readTree(json);
  }

  /** An object of its own with the same content, so that a cached one is never changed. */
  public static <T> T copy(T value, Class<T> type) {
    return mapper().readValue(mapper().writeValueAsBytes(value), type);
  }

  /** Turns a model object into plain maps, lists and scalars. */
  public static Map<String, Object> map(Object value) {
    return mapper()
        .convertValue(
            value,
            mapper().getTypeFactory().constructMapType(Map.class, String.class, Object.class));
  }
}
