package kontiki.orchestrator.api.tree;

/** A document that cannot be read: its message says what is wrong and where. */
public final class TreeSyntaxException extends RuntimeException {
  public TreeSyntaxException(String message) {
    super(message);
  }

  public TreeSyntaxException(String message, Throwable cause) {
    super(message, cause);
  }
}
