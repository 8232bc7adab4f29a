package kontiki.kvstore.mvcc;

import kontiki.kvstore.api.EtcdError;

/** A request cannot be served, for a reason that its client is told. Carries no stack trace. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final EtcdError error;

  public RefusedException(EtcdError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public EtcdError error() {
    return error;
  }
}
