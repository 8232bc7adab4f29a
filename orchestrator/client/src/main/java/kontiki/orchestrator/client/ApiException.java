package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.Status;
import org.jspecify.annotations.Nullable;

/**
 * The API server refused a request, or could not be reached. Carries the status code, the machine
 * readable reason of the Kubernetes {@code Status} object and its message; decide by {@link
 * #code()} and {@link #reason()}, never by the message.
 */
public final class ApiException extends RuntimeException {
  /** The reason of a request that got no answer; its {@link #code()} is 0. */
  public static final String UNREACHABLE = "Unreachable";

  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final transient @Nullable Status status;

  /** Makes the exception of an answer with this HTTP status code. */
  public ApiException(int code, String reason, String message) {
    this(code, reason, message, null, null);
  }

  ApiException(
      int code, String reason, String message, @Nullable Status status, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.reason = reason;
    this.status = status;
  }

  static ApiException unreachable(String server, Throwable cause) {
    String why = cause.getMessage();
    String detail = why == null || why.isBlank() ? cause.getClass().getSimpleName() : why;
    return new ApiException(
        0, UNREACHABLE, "cannot reach the API server " + server + ": " + detail, null, cause);
  }

  static ApiException of(Status status) {
    Integer code = status.getCode();
    String reason = status.getReason();
    String message = status.getMessage();
    return new ApiException(
        code == null ? 500 : code,
        reason == null ? "Unknown" : reason,
        message == null ? "the API server gave no message" : message,
        status,
        null);
  }

  /** The HTTP status code, 0 where no answer came. */
  public int code() {
    return code;
  }

  /** The reason, as in {@code metav1.StatusReason}: NotFound, AlreadyExists, Conflict ... */
  public String reason() {
    return reason;
  }

  /** The whole Status object, where the server sent one. */
  public @Nullable Status status() {
    return status;
  }

  public boolean isNotFound() {
    return code == 404;
  }

  /** The resource version or a precondition did not match; read again and decide again. */
  public boolean isConflict() {
    return code == 409 && !isAlreadyExists();
  }

  public boolean isAlreadyExists() {
    return code == 409 && reason.equals("AlreadyExists");
  }

  /** A resource version or continue token is too old (410). */
  public boolean isGone() {
    return code == 410;
  }

  public boolean isForbidden() {
    return code == 403;
  }

  /** The namespace of a create is being deleted: no retry helps. */
  public boolean isNamespaceTerminating() {
    return code == 403 && hasCause("NamespaceTerminating");
  }

  private boolean hasCause(String wanted) {
    if (status == null || status.getDetails() == null || status.getDetails().getCauses() == null) {
      return false;
    }
    return status.getDetails().getCauses().stream().anyMatch(c -> wanted.equals(c.getReason()));
  }

  /** No answer, overload or a passing failure: the same request may succeed later. */
  public boolean isRetriable() {
    return code == 0 || code == 429 || code == 500 || code == 502 || code == 503 || code == 504;
  }
}
