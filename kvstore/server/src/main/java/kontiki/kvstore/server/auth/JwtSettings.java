package kontiki.kvstore.server.auth;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import kontiki.kvstore.server.GoDuration;
import kontiki.kvstore.server.StartException;
import kontiki.pki.ca.Pem;
import kontiki.pki.ca.PkiException;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are signed and checked.
 *
 * @param signing null: this member only checks
 */
record JwtSettings(
    JwtMethod method, @Nullable PrivateKey signing, PublicKey checking, Duration ttl) {
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final byte[] PROBE = {1, 2, 3, 4};

  /**
   * @param flag {@code jwt,sign-method=ES256,priv-key=FILE,pub-key=FILE,ttl=10m}: method and one of
   *     the keys must be there
   */
  static JwtSettings parse(String flag) {
    TreeMap<String, String> options = options(flag);
    String name = options.remove("sign-method");
    JwtMethod method = JwtMethod.named(name == null ? "" : name);
    if (method == null) {
      throw bad(
          "sign-method=" + Arrays.toString(JwtMethod.values()) + ", not " + name + ", is needed");
    }
    String ttl = options.remove("ttl");
    String privateFile = options.remove("priv-key");
    String publicFile = options.remove("pub-key");
    if (!options.isEmpty()) {
      throw bad("there is no option " + options.firstKey());
    }
    if (privateFile == null && publicFile == null) {
      throw bad("priv-key=FILE or pub-key=FILE is needed");
    }
    try {
      PrivateKey signing =
          privateFile == null ? null : Pem.privateKey(read(privateFile), privateFile);
      PublicKey checking =
          publicFile != null
              ? Pem.publicKey(read(publicFile), publicFile)
              : publicOf(signing, privateFile);
      JwtSettings settings =
          new JwtSettings(
              method,
              signing,
              checking,
              ttl == null ? Duration.ofMinutes(5) : GoDuration.parse("--auth-token: ttl", ttl));
      settings.rehearse();
      return settings;
    } catch (PkiException e) {
      throw bad(String.valueOf(e.getMessage()));
    } catch (GeneralSecurityException e) {
      throw bad("the key cannot be used with " + method + ": " + e.getMessage());
    }
  }

  private static TreeMap<String, String> options(String flag) {
    TreeMap<String, String> options = new TreeMap<>();
    for (String option : flag.substring(flag.indexOf(',') + 1).split(",")) {
      int equals = option.indexOf('=');
      if (equals < 0
          || options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
        throw bad("option " + option + " is not NAME=VALUE, or stands there twice");
      }
    }
    return options;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw bad("cannot read " + file + ": " + e.getMessage());
    }
  }

  /** Tells before the first login that the keys are no pair, or not the method's. */
  private void rehearse() throws GeneralSecurityException {
    if (!method.takes(checking)) {
      throw bad(method + " needs a key of its own kind, not " + checking.getAlgorithm());
    }
    if (signing != null && !method.verify(checking, PROBE, method.sign(signing, PROBE))) {
      throw bad("priv-key and pub-key are not a pair");
    }
  }

  private static PublicKey publicOf(@Nullable PrivateKey key, @Nullable String origin)
      throws GeneralSecurityException {
    return switch (key) {
      case RSAPrivateCrtKey rsa ->
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
      case ECPrivateKey ec -> publicOf(ec);
      case EdECPrivateKey ed -> publicOf(ed);
      case null, default -> throw bad(origin + " holds a key of an unknown kind");
    };
  }

  private static PublicKey publicOf(ECPrivateKey key) throws GeneralSecurityException {
    int bits = key.getParams().getCurve().getField().getFieldSize();
    var point = CustomNamedCurves.getByName("P-" + bits).getG().multiply(key.getS()).normalize();
    BigInteger x = point.getAffineXCoord().toBigInteger();
    BigInteger y = point.getAffineYCoord().toBigInteger();
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), key.getParams()));
  }

  private static PublicKey publicOf(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] secret = key.getBytes().orElseThrow();
    byte[] point = new Ed25519PrivateKeyParameters(secret).generatePublicKey().getEncoded();
    byte[] encoded =
        ByteBuffer.allocate(ED25519_PREFIX.length + point.length)
            .put(ED25519_PREFIX)
            .put(point)
            .array();
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static StartException bad(String why) {
    return new StartException("--auth-token: " + why);
  }
}
