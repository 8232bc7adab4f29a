package kontiki.orchestrator.apiserver.status;

import kontiki.orchestrator.api.tree.Json;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field, in the words of {@code
 * k8s.io/apimachinery/pkg/util/validation/field}.
 *
 * @param field the path, as {@code spec.containers[0].name}
 * @param value the wrong value; null where it is absent or not to be shown
 */
public record FieldError(Type type, String field, @Nullable Object value, String detail) {
  /** Kinds of errors, with the reason that a cause carries and the words of the message. */
  public enum Type {
    REQUIRED("FieldValueRequired", "Required value", false),
    INVALID("FieldValueInvalid", "Invalid value", true),
    NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value", true),
    DUPLICATE("FieldValueDuplicate", "Duplicate value", true),
    FORBIDDEN("FieldValueForbidden", "Forbidden", false),
    TOO_LONG("FieldValueTooLong", "Too long", false),
    NOT_FOUND("FieldValueNotFound", "Not found", true),
    TYPE_INVALID("FieldValueTypeInvalid", "Invalid value", true);

    private final String reason;
    private final String words;
    private final boolean showsValue;

    Type(String reason, String words, boolean showsValue) {
      this.reason = reason;
      this.words = words;
      this.showsValue = showsValue;
    }

    public String reason() {
      return reason;
    }
  }

  public static FieldError required(String field, String detail) {
    return new FieldError(Type.REQUIRED, field, null, detail);
  }

  public static FieldError invalid(String field, @Nullable Object value, String detail) {
    return new FieldError(Type.INVALID, field, value, detail);
  }

  public static FieldError forbidden(String field, String detail) {
    return new FieldError(Type.FORBIDDEN, field, null, detail);
  }

  public static FieldError duplicate(String field, Object value) {
    return new FieldError(Type.DUPLICATE, field, value, "");
  }

  /** The message without the field. */
  public String message() {
    String shown = type.showsValue ? ": " + Json.writeText(value) : "";
    return type.words + shown + (detail.isEmpty() ? "" : ": " + detail);
  }

  public String text() {
    return field + ": " + message();
  }
}
