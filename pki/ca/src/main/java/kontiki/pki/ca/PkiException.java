package kontiki.pki.ca;

/**
 * A certificate, key or PKI directory that cannot be used. The message says what is wrong, where,
 * and what to do; it is fit to be shown to a person as it is.
 */
public final class PkiException extends RuntimeException {
  public PkiException(String message) {
    super(message);
  }

  public PkiException(String message, Throwable cause) {
    super(message, cause);
  }
}
