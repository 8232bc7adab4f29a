package kontiki.orchestrator.api.patch;

/** A patch that cannot be applied. */
public final class PatchException extends RuntimeException {
  /** Whose fault it is. */
  public enum Reason {
    /** The patch itself is no patch: status 400. */
    MALFORMED,
    /** The patch does not fit the object it is applied to: status 422. */
    INAPPLICABLE
  }

  private final Reason reason;

  private PatchException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static PatchException malformed(String message) {
    return new PatchException(Reason.MALFORMED, message);
  }

  static PatchException inapplicable(String message) {
    return new PatchException(Reason.INAPPLICABLE, message);
  }

  public Reason reason() {
    return reason;
  }
}
