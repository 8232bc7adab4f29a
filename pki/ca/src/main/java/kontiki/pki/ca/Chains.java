package kontiki.pki.ca;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pure checks of certificates, keys and what a plan wants of them. Stateless; any thread. */
final class Chains {
  static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private Chains() {}

  static boolean signedBy(X509Certificate certificate, X509Certificate authority) {
    if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Why a leaf does not serve its plan any more; empty if it does. */
  static Optional<String> unfit(
      X509Certificate certificate,
      PrivateKey key,
      LeafPlan leaf,
      X509Certificate authority,
      Instant now) {
    if (!signedBy(certificate, authority)) {
      return Optional.of("not signed by the present authority");
    }
    if (certificate.getNotAfter().toInstant().isBefore(now)) {
      return Optional.of("expired");
    }
    if (!Pem.matches(certificate, key)) {
      return Optional.of("its key is another's");
    }
    if (!purposes(certificate).equals(purposes(leaf.use()))) {
      return Optional.of("its extended key usage is another");
    }
    if (!subject(certificate).equals(subject(leaf))) {
      return Optional.of("its subject is another");
    }
    Set<String> missing = new HashSet<>(canonical(leaf.sans()));
    missing.removeAll(canonical(sans(certificate)));
    return missing.isEmpty() ? Optional.empty() : Optional.of("misses " + missing);
  }

  /** DNS names and addresses, as text. */
  static List<String> sans(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        if (name.get(1) instanceof String text) {
          names.add(text);
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names;
  }

  static Set<String> purposes(X509Certificate certificate) {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      return purposes == null ? Set.of() : new HashSet<>(purposes);
    } catch (CertificateParsingException e) {
      return Set.of();
    }
  }

  static Set<String> purposes(LeafPlan.Use use) {
    Set<String> purposes = new HashSet<>();
    if (use.server) {
      purposes.add(SERVER_AUTH);
    }
    if (use.client) {
      purposes.add(CLIENT_AUTH);
    }
    return purposes;
  }

  /**
   * RSA's private key holds its public part; an EC key is found again from its certificate only.
   */
  static PublicKey publicKeyOf(PrivateKey key, String origin) {
    if (key instanceof RSAPrivateCrtKey rsa) {
      try {
        return KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
      } catch (GeneralSecurityException e) {
        throw new PkiException(origin + ": cannot derive the public key", e);
      }
    }
    throw new PkiException(
        origin + ": is not an RSA key: write the public key beside it with `openssl pkey -pubout`");
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  private static String subject(LeafPlan leaf) {
    String name = "CN=" + leaf.commonName();
    return leaf.organization() == null ? name : name + ",O=" + leaf.organization();
  }

  /** IPv6 has many spellings of one address. */
  private static List<String> canonical(List<String> sans) {
    return sans.stream()
        .map(san ->
            CertificateAuthority.isAddress(san)
                ? java.net.InetAddress.ofLiteral(san).getHostAddress()
                : san.toLowerCase(java.util.Locale.ROOT))
        .toList();
  }
}
