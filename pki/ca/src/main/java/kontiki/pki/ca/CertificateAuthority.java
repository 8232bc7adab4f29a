package kontiki.pki.ca;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Issues X.509 certificates as RFC 5280 asks: P-256 keys, SHA-256, random serials of 128 bits,
 * subject and authority key identifiers, and an authority that may sign leaves only. Immutable; any
 * thread.
 */
final class CertificateAuthority {
  static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  static final Duration LEAF_LIFE = Duration.ofDays(365);

  /** Certificates are valid a little before now, for machines whose clocks are behind. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509Certificate certificate;
  private final PrivateKey key;

  CertificateAuthority(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** A certificate for {@code keys} that names and signs itself. */
  static CertificateAuthority selfSigned(String commonName, KeyPair keys, Instant now) {
    X500Name name = subject(commonName, null);
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial(),
              from(now),
              Date.from(now.plus(AUTHORITY_LIFE)),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(keys.getPublic()));
      return new CertificateAuthority(sign(builder, keys.getPrivate()), keys.getPrivate());
    } catch (CertIOException | GeneralSecurityException e) {
      throw new PkiException("cannot make the authority " + commonName, e);
    }
  }

  X509Certificate certificate() {
    return certificate;
  }

  X509Certificate issue(LeafPlan leaf, PublicKey subjectKey, Instant now) {
    try {
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              serial(),
              from(now),
              until(now),
              subject(leaf.commonName(), leaf.organization()),
              subjectKey);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, purposes(leaf.use()));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(subjectKey));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      if (!leaf.sans().isEmpty()) {
        builder.addExtension(Extension.subjectAlternativeName, false, names(leaf.sans()));
      }
      return sign(builder, key);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new PkiException("cannot issue " + leaf.set().directory() + "/" + leaf.name(), e);
    }
  }

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }

  /** The private key of {@link #newKeys} as PEM. */
  static String encode(KeyPair keys) {
    return Pem.encodeEcPair((ECPublicKey) keys.getPublic(), (ECPrivateKey) keys.getPrivate());
  }

  static KeyPair newRsaKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048, RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no RSA", e);
    }
  }

  /** A leaf never outlives its authority: a chain is as short-lived as its shortest link. */
  private Date until(Instant now) {
    Instant end = now.plus(LEAF_LIFE);
    Instant authorityEnd = certificate.getNotAfter().toInstant();
    return Date.from(end.isBefore(authorityEnd) ? end : authorityEnd);
  }

  private static Date from(Instant now) {
    return Date.from(now.minus(CLOCK_SKEW));
  }

  /** Positive and of 128 bits: RFC 5280 allows 20 octets, and asks for 64 bits of randomness. */
  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).setBit(127);
  }

  private static X500Name subject(
      String commonName, @org.jspecify.annotations.Nullable String organization) {
    X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
    if (organization != null) {
      builder.addRDN(BCStyle.O, organization);
    }
    return builder.addRDN(BCStyle.CN, commonName).build();
  }

  private static ExtendedKeyUsage purposes(LeafPlan.Use use) {
    List<KeyPurposeId> purposes = new ArrayList<>();
    if (use.server) {
      purposes.add(KeyPurposeId.id_kp_serverAuth);
    }
    if (use.client) {
      purposes.add(KeyPurposeId.id_kp_clientAuth);
    }
    return new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new));
  }

  private static GeneralNames names(List<String> sans) {
    return new GeneralNames(
        sans.stream().map(CertificateAuthority::name).toArray(GeneralName[]::new));
  }

  private static GeneralName name(String san) {
    return isAddress(san)
        ? new GeneralName(GeneralName.iPAddress, InetAddress.ofLiteral(san).getHostAddress())
        : new GeneralName(GeneralName.dNSName, san);
  }

  /** Never asks a name server: what is not the text of an address is a name. */
  static boolean isAddress(String san) {
    try {
      InetAddress.ofLiteral(san);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
