package kontiki.kvstore.mvcc.rocks;

/** The disk failed, or its content is not what it should be: the process cannot go on. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EngineException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
