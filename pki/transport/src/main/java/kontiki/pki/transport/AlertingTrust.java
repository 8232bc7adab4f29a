package kontiki.pki.transport;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import kontiki.pki.transport.ExplainedTrust.UnknownAuthorityException;

/**
 * Gives BoringSSL the reason why a client is refused, so that the client hears {@code unknown_ca}
 * and not {@code internal_error}. Only where that library is loaded. Immutable; any thread.
 */
final class AlertingTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager trust;

  AlertingTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  private static CertificateException coded(UnknownAuthorityException refusal) {
    return new OpenSslCertificateException(
        refusal.getMessage(), CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      trust.checkClientTrusted(chain, type, engine);
    } catch (UnknownAuthorityException refusal) {
      throw coded(refusal);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      trust.checkClientTrusted(chain, type);
    } catch (UnknownAuthorityException refusal) {
      throw coded(refusal);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket)
      throws CertificateException {
    trust.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket)
      throws CertificateException {
    trust.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trust.checkServerTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
