package kontiki.kvstore.server.auth;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/** The signatures of RFC 7518 and RFC 8037 that a token can have. */
enum JwtMethod {
  RS256("SHA256withRSA", "RSA", 0),
  RS384("SHA384withRSA", "RSA", 0),
  RS512("SHA512withRSA", "RSA", 0),
  PS256("RSASSA-PSS", "RSA", 256),
  PS384("RSASSA-PSS", "RSA", 384),
  PS512("RSASSA-PSS", "RSA", 512),
  ES256("SHA256withECDSAinP1363Format", "EC", 256),
  ES384("SHA384withECDSAinP1363Format", "EC", 384),
  ES512("SHA512withECDSAinP1363Format", "EC", 521),
  EdDSA("Ed25519", "EdDSA", 0);

  private final String signature;
  private final String keyAlgorithm;

  /** Of RSASSA-PSS's hash, or of the curve. */
  private final int bits;

  JwtMethod(String signature, String keyAlgorithm, int bits) {
    this.signature = signature;
    this.keyAlgorithm = keyAlgorithm;
    this.bits = bits;
  }

  /** Null where there is none of that name. */
  static @Nullable JwtMethod named(String name) {
    for (JwtMethod method : values()) {
      if (method.name().equals(name)) {
        return method;
      }
    }
    return null;
  }

  /** Whether the key is of the method's kind, and on its curve. */
  boolean takes(PublicKey key) {
    return key.getAlgorithm().equals(keyAlgorithm)
        && (!(key instanceof ECPublicKey ec)
            || ec.getParams().getCurve().getField().getFieldSize() == bits);
  }

  byte[] sign(PrivateKey key, byte[] bytes) throws GeneralSecurityException {
    Signature signing = signature();
    signing.initSign(key);
    signing.update(bytes);
    return signing.sign();
  }

  boolean verify(PublicKey key, byte[] bytes, byte[] signed) throws GeneralSecurityException {
    Signature verifying = signature();
    verifying.initVerify(key);
    verifying.update(bytes);
    try {
      return verifying.verify(signed);
    } catch (SignatureException e) {
      // Of the wrong length, for example.
      return false;
    }
  }

  private Signature signature() throws GeneralSecurityException {
    Signature made = Signature.getInstance(signature);
    if (signature.equals("RSASSA-PSS")) {
      setPss(made);
    }
    return made;
  }

  /** The salt is as long as the hash. */
  private void setPss(Signature made) throws InvalidAlgorithmParameterException {
    made.setParameter(
        new PSSParameterSpec(
            "SHA-" + bits,
            "MGF1",
            new MGF1ParameterSpec("SHA-" + bits),
            bits / Byte.SIZE,
            PSSParameterSpec.TRAILER_FIELD_BC));
  }
}
