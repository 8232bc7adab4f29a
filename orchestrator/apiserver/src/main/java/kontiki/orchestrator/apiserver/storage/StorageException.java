package kontiki.orchestrator.apiserver.storage;

import org.jspecify.annotations.Nullable;

/**
 * The store did not do what was asked, and whether it did part of it is unknown: a write may or may
 * not have taken place. The message says what failed in one line.
 */
public class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
