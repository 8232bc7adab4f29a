package kontiki.pki.ca;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/**
 * PEM text (RFC 7468) to certificates and keys, and back, with the JDK alone: a client that only
 * reads its identity never loads Bouncy Castle. Stateless; any thread.
 */
public final class Pem {
  private static final int LINE = 64;

  /** DER of the AlgorithmIdentifier {rsaEncryption, NULL}. */
  private static final byte[] RSA = hex("300d06092a864886f70d0101010500");

  /** DER of the AlgorithmIdentifiers {ecPublicKey, curve}, by the content of the curve's OID. */
  private static final List<byte[]> CURVES =
      List.of(hex("06082a8648ce3d030107"), hex("06052b81040022"), hex("06052b81040023"));

  private static final byte[] EC_PUBLIC_KEY = hex("06072a8648ce3d0201");

  private Pem() {}

  private record Block(String label, byte[] der) {}

  /**
   * Every certificate of the text, in its order; other blocks are passed over.
   *
   * @param origin what the text is, for messages: a path, mostly
   * @throws PkiException if there is none, or one cannot be read
   */
  public static List<X509Certificate> certificates(String text, String origin) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(text, origin)) {
        if (block.label.equals("CERTIFICATE")) {
          Certificate read = factory.generateCertificate(new ByteArrayInputStream(block.der));
          certificates.add((X509Certificate) read);
        }
      }
    } catch (GeneralSecurityException e) {
      throw new PkiException(origin + ": holds a certificate that cannot be read", e);
    }
    if (certificates.isEmpty()) {
      throw new PkiException(origin + ": holds no PEM certificate (BEGIN CERTIFICATE)");
    }
    return List.copyOf(certificates);
  }

  /**
   * The first private key of the text: PKCS#8, or the older forms of RSA (PKCS#1) and EC (SEC 1).
   *
   * @throws PkiException if there is none, it is encrypted, or it cannot be read
   */
  public static PrivateKey privateKey(String text, String origin) {
    Block block = first(text, origin, label -> label.endsWith("PRIVATE KEY"), "private key");
    return switch (block.label) {
      case "PRIVATE KEY" -> pkcs8(block.der, origin);
      case "RSA PRIVATE KEY" -> pkcs8(wrap(RSA, block.der), origin);
      case "EC PRIVATE KEY" -> pkcs8(wrap(ecAlgorithm(block.der, origin), block.der), origin);
      case "ENCRYPTED PRIVATE KEY" ->
          throw new PkiException(origin + ": the key is encrypted: decrypt it with `openssl pkey`");
      default -> throw new PkiException(origin + ": cannot read a " + block.label);
    };
  }

  /** The first public key of the text (SubjectPublicKeyInfo). */
  public static PublicKey publicKey(String text, String origin) {
    Block block = first(text, origin, label -> label.equals("PUBLIC KEY"), "public key");
    return (PublicKey)
        tryEach(
            origin, factory -> factory.generatePublic(new X509EncodedKeySpec(block.der, "any")));
  }

  /** Whether the private key is the certificate's. */
  public static boolean matches(X509Certificate certificate, PrivateKey key) {
    return matches(certificate.getPublicKey(), key);
  }

  /**
   * Whether the two are one pair of keys. Mostly a look at the public part that a private key
   * carries (a client starts in milliseconds); else by signing and verifying.
   */
  public static boolean matches(PublicKey publicKey, PrivateKey key) {
    if (publicKey instanceof RSAKey rsaPublic && key instanceof RSAKey rsaPrivate) {
      return rsaPublic.getModulus().equals(rsaPrivate.getModulus());
    }
    if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    if (publicKey instanceof ECPublicKey ec && contains(key.getEncoded(), point(ec))) {
      return true;
    }
    return signsAndVerifies(publicKey, key);
  }

  private static boolean signsAndVerifies(PublicKey publicKey, PrivateKey key) {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
    byte[] probe = {1, 2, 3, 4};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  public static String encode(X509Certificate certificate) {
    try {
      return encode("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new PkiException("cannot encode " + certificate.getSubjectX500Principal(), e);
    }
  }

  public static String encode(PrivateKey key) {
    return encode("PRIVATE KEY", key.getEncoded());
  }

  /**
   * The private key of an EC pair in PKCS#8, with the public point inside, as openssl writes it.
   */
  static String encodeEcPair(ECPublicKey publicKey, ECPrivateKey privateKey) {
    int size = (publicKey.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    byte[] secret = new byte[size];
    byte[] magnitude = privateKey.getS().toByteArray();
    int length = Math.min(size, magnitude.length);
    System.arraycopy(magnitude, magnitude.length - length, secret, size - length, length);
    byte[] version = {2, 1, 1};
    byte[] bits = concat(new byte[] {0}, point(publicKey));
    byte[] sec1 = der(0x30, concat(concat(version, der(0x04, secret)), der(0xa1, der(0x03, bits))));
    byte[] spki = publicKey.getEncoded();
    // SubjectPublicKeyInfo begins with the AlgorithmIdentifier that PKCS#8 wants.
    byte[] algorithm = Arrays.copyOfRange(spki, 2, 2 + 2 + spki[3]);
    return encode("PRIVATE KEY", wrap(algorithm, sec1));
  }

  /** The uncompressed point: the tail of the key's encoding. */
  private static byte[] point(ECPublicKey key) {
    int size = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - 2 * size - 1, encoded.length);
  }

  public static String encode(PublicKey key) {
    return encode("PUBLIC KEY", key.getEncoded());
  }

  private static String encode(String label, byte[] der) {
    String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static Block first(String text, String origin, Predicate<String> wanted, String what) {
    for (Block block : blocks(text, origin)) {
      if (wanted.test(block.label)) {
        return block;
      }
    }
    throw new PkiException(origin + ": holds no PEM " + what);
  }

  private static List<Block> blocks(String text, String origin) {
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    while (true) {
      int begin = text.indexOf("-----BEGIN ", from);
      if (begin < 0) {
        return blocks;
      }
      int labelEnd = text.indexOf("-----", begin + 11);
      String label = labelEnd < 0 ? "" : text.substring(begin + 11, labelEnd);
      int end = labelEnd < 0 ? -1 : text.indexOf("-----END " + label + "-----", labelEnd);
      if (end < 0) {
        throw new PkiException(origin + ": ends in the middle of a PEM block");
      }
      try {
        byte[] der = Base64.getMimeDecoder().decode(text.substring(labelEnd + 5, end));
        blocks.add(new Block(label, der));
      } catch (IllegalArgumentException e) {
        throw new PkiException(origin + ": a PEM block is not base64", e);
      }
      from = end + 9;
    }
  }

  private static PrivateKey pkcs8(byte[] der, String origin) {
    return (PrivateKey)
        tryEach(origin, factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
  }

  private interface Reader {
    Key read(KeyFactory factory) throws GeneralSecurityException;
  }

  /** The encoding names its algorithm; each key factory refuses what is not its own. */
  private static Key tryEach(String origin, Reader reader) {
    PkiException unreadable =
        new PkiException(origin + ": holds a key that is neither EC, RSA nor Ed25519");
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return reader.read(KeyFactory.getInstance(algorithm));
      } catch (GeneralSecurityException e) {
        unreadable.addSuppressed(e);
      }
    }
    throw unreadable;
  }

  /** SEC 1 keeps its curve inside the key ({@code [0] parameters}); PKCS#8 wants it outside. */
  private static byte[] ecAlgorithm(byte[] sec1, String origin) {
    for (byte[] curve : CURVES) {
      if (contains(sec1, curve)) {
        return der(0x30, concat(EC_PUBLIC_KEY, curve));
      }
    }
    throw new PkiException(origin + ": the EC key is on none of the curves P-256, P-384, P-521");
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    byte[] version = {2, 1, 0};
    return der(0x30, concat(concat(version, algorithm), der(0x04, key)));
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = new byte[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static boolean contains(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
