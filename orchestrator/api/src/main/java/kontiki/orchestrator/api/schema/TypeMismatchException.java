package kontiki.orchestrator.api.schema;

/** A value that does not fit its field. Its message is the API server's. */
public final class TypeMismatchException extends RuntimeException {
  private final String path;

  public TypeMismatchException(String path, String message) {
    super(message);
    this.path = path;
  }

  /** Where the value is: {@code spec.containers[0].ports}. */
  public String path() {
    return path;
  }
}
