package kontiki.orchestrator.apiserver.storage;

/** The wanted revision is greater than the store's. */
public final class FutureRevisionException extends StorageException {
  private static final long serialVersionUID = 1L;

  public FutureRevisionException(long revision) {
    super("revision " + revision + " is not reached yet", null);
  }
}
