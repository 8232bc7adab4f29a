package kontiki.orchestrator.apiserver.storage;

/** The wanted revision is no longer kept by the store. */
public final class RevisionCompactedException extends StorageException {
  private static final long serialVersionUID = 1L;

  public RevisionCompactedException(long revision) {
    super("revision " + revision + " has been compacted", null);
  }
}
