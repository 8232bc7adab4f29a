package kontiki.kvstore.server;

/** A member cannot start as it was asked to; the message says why and what to do, in one line. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
