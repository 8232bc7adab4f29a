package kontiki.orchestrator.apiserver.status;

import kontiki.orchestrator.api.tree.JsonObject;

/**
 * A request that ends with an error the client is told about, as a {@code meta/v1 Status}. It is
 * expected, so it carries no stack trace.
 */
public final class StatusException extends RuntimeException {
  private final int code;
  private final String reason;
  private final JsonObject details;

  /**
   * @param reason a {@code metav1.StatusReason}, empty where there is none
   * @param details empty where there are none; not changed any more
   */
  public StatusException(int code, String reason, String message, JsonObject details) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  public int code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  public JsonObject details() {
    return details;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  /** The Status object that is sent. */
  public JsonObject toStatus() {
    JsonObject status =
        JsonObject.of(
            "kind", "Status",
            "apiVersion", "v1",
            "metadata", metadata(),
            "status", "Failure",
            "message", text());
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    JsonObject sent = details.deepCopy();
    sent.remove(Failures.CONTINUE);
    if (!sent.isEmpty()) {
      status.put("details", sent);
    }
    return status.put("code", (long) code);
  }

  private JsonObject metadata() {
    String token = details.string(Failures.CONTINUE);
    return token == null ? new JsonObject() : JsonObject.of(Failures.CONTINUE, token);
  }
}
