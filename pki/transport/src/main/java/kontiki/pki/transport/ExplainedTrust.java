package kontiki.pki.transport;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Refuses what another trust manager refuses, and says whose certificate it was and what is wrong
 * with it, in words that an operator can act on. Immutable; any thread.
 */
final class ExplainedTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager trust;
  private final InstantSource clock = InstantSource.system();

  ExplainedTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  /** A certificate that no trusted authority signed: of another set, or of another cluster. */
  static final class UnknownAuthorityException extends CertificateException {
    private static final long serialVersionUID = 1L;

    UnknownAuthorityException(String message) {
      super(message);
    }
  }

  private CertificateException explained(X509Certificate[] chain, CertificateException refusal) {
    Instant now = clock.instant();
    for (X509Certificate one : chain) {
      Instant until = one.getNotAfter().toInstant();
      Instant from = one.getNotBefore().toInstant();
      if (until.isBefore(now)) {
        return new CertificateExpiredException(whose(one) + " expired on " + until);
      }
      if (from.isAfter(now)) {
        return new CertificateNotYetValidException(
            whose(one) + " is valid only from " + from + ": is this machine's clock right?");
      }
    }
    Throwable root = refusal;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof CertPathBuilderException) {
      return new UnknownAuthorityException(
          whose(chain[0])
              + " is signed by "
              + chain[chain.length - 1].getIssuerX500Principal().getName()
              + ", which is not trusted here");
    }
    CertificateException same =
        new CertificateException(whose(chain[0]) + " is refused: " + root.getMessage());
    same.addSuppressed(refusal);
    return same;
  }

  private static String whose(X509Certificate certificate) {
    return "the certificate of " + certificate.getSubjectX500Principal().getName();
  }

  /** A check of the other trust manager. */
  private interface Check {
    void run() throws CertificateException;
  }

  private void check(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException refusal) {
      throw chain.length == 0 ? refusal : explained(chain, refusal);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, () -> trust.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> trust.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, () -> trust.checkClientTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, () -> trust.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> trust.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, () -> trust.checkServerTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
