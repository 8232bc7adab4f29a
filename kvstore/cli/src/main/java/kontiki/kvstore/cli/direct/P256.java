package kontiki.kvstore.cli.direct;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;
import org.jspecify.annotations.Nullable;

/**
 * A JCA provider with one algorithm: ECDSA over P-256 with SHA-256 (FIPS 186-5), done by Bouncy
 * Castle. The JDK's own first computes a table of the curve, which takes a process that has just
 * started longer than a whole TLS handshake. Keys of other curves are refused, and the JDK then
 * asks its own provider. Immutable; any thread.
 */
final class P256 extends Provider {
  private static final long serialVersionUID = 1;
  private static final String ALGORITHM = "SHA256withECDSA";

  P256() {
    super("KontikiP256", "1", ALGORITHM + " on P-256");
    putService(
        new Service(
            this,
            "Signature",
            ALGORITHM,
            Ecdsa.class.getName(),
            List.of(),
            Map.of("SupportedKeyClasses", ECKey.class.getName())) {
          @Override
          public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return new Ecdsa();
          }
        });
  }

  /** Signs and checks once with the key 1, so that the code for it is loaded and compiled. */
  static void rehearse() throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    var curve = parameters.getParameterSpec(ECParameterSpec.class);
    var keys = KeyFactory.getInstance("EC");
    var signature = Signature.getInstance(ALGORITHM);
    signature.initSign(keys.generatePrivate(new ECPrivateKeySpec(BigInteger.ONE, curve)));
    byte[] signed = signature.sign();
    signature.initVerify(keys.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)));
    signature.verify(signed);
  }

  /** The curve of SEC 2, section 2.4.2, loaded when the first key is seen. */
  private static final class Curve {
    static final SecP256R1Curve CURVE = new SecP256R1Curve();
    static final ECPoint GENERATOR =
        new ECPoint(
            number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
            number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));
    static final ECDomainParameters DOMAIN =
        new ECDomainParameters(
            CURVE,
            CURVE.createPoint(GENERATOR.getAffineX(), GENERATOR.getAffineY()),
            CURVE.getOrder(),
            CURVE.getCofactor());

    private Curve() {}

    private static BigInteger number(String hex) {
      return new BigInteger(hex, 16);
    }

    /** True where each of the parameters is that of P-256. */
    static boolean is(ECParameterSpec key) {
      return key.getCurve().getField().getFieldSize() == CURVE.getFieldSize()
          && key.getCurve().getA().equals(CURVE.getA().toBigInteger())
          && key.getCurve().getB().equals(CURVE.getB().toBigInteger())
          && key.getOrder().equals(CURVE.getOrder())
          && key.getCofactor() == 1
          && key.getGenerator().equals(GENERATOR);
    }
  }

  /** One signature after the other; used by one thread. */
  private static final class Ecdsa extends SignatureSpi {
    private final ECDSASigner signer = new ECDSASigner();
    private final MessageDigest digest;

    Ecdsa() throws NoSuchAlgorithmException {
      digest = MessageDigest.getInstance("SHA-256");
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      if (!(key instanceof ECPublicKey ec)) {
        throw refused(key);
      }
      check(ec);
      try {
        var point = Curve.CURVE.createPoint(ec.getW().getAffineX(), ec.getW().getAffineY());
        init(false, new ECPublicKeyParameters(point, Curve.DOMAIN));
      } catch (IllegalArgumentException e) {
        throw new InvalidKeyException("the key is no point of P-256", e);
      }
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      if (!(key instanceof ECPrivateKey ec)) {
        throw refused(key);
      }
      check(ec);
      try {
        var secret = new ECPrivateKeyParameters(ec.getS(), Curve.DOMAIN);
        init(true, new ParametersWithRandom(secret, new SecureRandom()));
      } catch (IllegalArgumentException e) {
        throw new InvalidKeyException("the key is out of the range of P-256", e);
      }
    }

    private void init(boolean sign, CipherParameters key) {
      signer.init(sign, key);
      digest.reset();
    }

    private static void check(ECKey key) throws InvalidKeyException {
      if (key.getParams() == null || !Curve.is(key.getParams())) {
        throw new InvalidKeyException("not a key of P-256");
      }
    }

    private static InvalidKeyException refused(@Nullable Key key) {
      return new InvalidKeyException(
          "not a key of P-256: " + (key == null ? "none" : key.getAlgorithm()));
    }

    @Override
    protected void engineUpdate(byte part) {
      digest.update(part);
    }

    @Override
    protected void engineUpdate(byte[] part, int offset, int length) {
      digest.update(part, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      BigInteger[] signature = signer.generateSignature(digest.digest());
      try {
        return StandardDSAEncoding.INSTANCE.encode(
            Curve.CURVE.getOrder(), signature[0], signature[1]);
      } catch (java.io.IOException e) {
        throw new SignatureException("the signature cannot be encoded", e);
      }
    }

    /** False for anything that is not exactly the DER of two numbers below the curve's order. */
    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      byte[] hash = digest.digest();
      try {
        BigInteger[] numbers =
            StandardDSAEncoding.INSTANCE.decode(Curve.CURVE.getOrder(), signature);
        return signer.verifySignature(hash, numbers[0], numbers[1]);
      } catch (java.io.IOException | IllegalArgumentException e) {
        throw new SignatureException("not an ECDSA signature", e);
      }
    }

    /** The algorithm has none. */
    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new InvalidParameterException(ALGORITHM + " has no parameters");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new InvalidParameterException(ALGORITHM + " has no parameters");
    }
  }
}
