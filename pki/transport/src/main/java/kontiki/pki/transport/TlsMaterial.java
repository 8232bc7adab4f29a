package kontiki.pki.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
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
      factory.init(anchors.isEmpty() ? null : keyStore(anchors));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new IllegalStateException("this JDK has no PKIX trust manager");
    } catch (GeneralSecurityException e) {
      throw new PkiException("cannot use the trust bundle", e);
    }
  }

  private static KeyStore keyStore(List<X509Certificate> anchors) throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry("ca" + i, anchors.get(i));
      }
      return store;
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
