package kontiki.orchestrator.api.validation;

import java.util.List;
import kontiki.orchestrator.api.tree.Json;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field, in the words of the API server (apimachinery,
 * pkg/util/validation/field).
 *
 * @param field the path, as {@code spec.containers[0].name}
 * @param value the wrong value; null where it is absent or not to be shown
 * @param detail more words; may be empty
 */
public record FieldError(Type type, String field, @Nullable Object value, String detail) {
  /** Kinds of errors, with the reason of a cause and the words of the message. */
  public enum Type {
    REQUIRED("FieldValueRequired", "Required value", false),
    INVALID("FieldValueInvalid", "Invalid value", true),
    NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value", true),
    DUPLICATE("FieldValueDuplicate", "Duplicate value", true),
    FORBIDDEN("FieldValueForbidden", "Forbidden", false),
    TOO_LONG("FieldValueTooLong", "Too long", false),
    TOO_MANY("FieldValueTooMany", "Too many", true),
    NOT_FOUND("FieldValueNotFound", "Not found", true);

    private final String reason;
    private final String words;
    private final boolean showsValue;

    Type(String reason, String words, boolean showsValue) {
      this.reason = reason;
      this.words = words;
      this.showsValue = showsValue;
    }

    /** The reason of a Status' cause. */
    public String reason() {
      return reason;
    }
  }

  /** The message of a Status' cause: without the field. */
  public String message() {
    String shown = type.showsValue ? ": " + Json.writeText(value) : "";
    return type.words + shown + (detail.isEmpty() ? "" : ": " + detail);
  }

  /** The whole message: {@code spec.containers[0].name: Required value}. */
  public String text() {
    return field + ": " + message();
  }

  /** All messages as they stand behind {@code Pod "a" is invalid: }. */
  public static String all(List<FieldError> errors) {
    List<String> texts = errors.stream().map(FieldError::text).distinct().toList();
    return texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
  }
}
