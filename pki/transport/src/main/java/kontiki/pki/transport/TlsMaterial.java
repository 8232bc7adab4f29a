package kontiki.pki.transport;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import kontiki.pki.ca.PkiException;
import org.jspecify.annotations.Nullable;

/**
 * One generation of an identity: what a handshake uses from start to end. Immutable; any thread.
 *
 * @param generation grows with each reload; contexts made for an older one are made anew
 * @param chain own certificate first; empty if the holder has none
 * @param key null exactly if the chain is empty
 * @param anchors authorities that peers must chain to; empty means those of the JDK
 * @param trust checks peers against the anchors
 */
record TlsMaterial(
    long generation,
    List<X509Certificate> chain,
    @Nullable PrivateKey key,
    List<X509Certificate> anchors,
    X509ExtendedTrustManager trust) {

  static TlsMaterial of(
      long generation,
      List<X509Certificate> chain,
      @Nullable PrivateKey key,
      List<X509Certificate> anchors) {
    return new TlsMaterial(generation, chain, key, anchors, trustManager(anchors));
  }

  private static X509ExtendedTrustManager trustManager(List<X509Certificate> anchors) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      if (anchors.isEmpty()) {
        factory.init((KeyStore) null);
      } else {
        factory.init(parameters(anchors));
      }
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return new ExplainedTrust(extended);
        }
      }
      throw new IllegalStateException("this JDK has no PKIX trust manager");
    } catch (GeneralSecurityException e) {
      throw new PkiException("cannot use the trust bundle", e);
    }
  }

  /** Without a key store, which would take a client longer to start than its handshake. */
  private static CertPathTrustManagerParameters parameters(List<X509Certificate> anchors)
      throws GeneralSecurityException {
    Set<TrustAnchor> trusted =
        anchors.stream()
            .map(anchor -> new TrustAnchor(anchor, null))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, new X509CertSelector());
    parameters.setRevocationEnabled(false);
    return new CertPathTrustManagerParameters(parameters);
  }
}
