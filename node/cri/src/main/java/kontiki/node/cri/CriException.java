package kontiki.node.cri;

/**
 * A call to the container engine that did not succeed. {@link #reason()} says what to do about it;
 * the message is the engine's own and is shown to people, never parsed.
 */
public final class CriException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was. */
  public enum Reason {
    /** The sandbox, container or image does not exist (any more). */
    NOT_FOUND,
    /** The engine cannot be reached, or is starting: try again. */
    UNAVAILABLE,
    /** The call took longer than its deadline: its effect is unknown, look before retrying. */
    DEADLINE_EXCEEDED,
    /** The engine does not know this call. */
    UNIMPLEMENTED,
    /** The engine tried and failed. */
    FAILED
  }

  private final Reason reason;

  public CriException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public CriException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
