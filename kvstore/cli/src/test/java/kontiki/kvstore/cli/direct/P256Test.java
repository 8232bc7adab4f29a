package kontiki.kvstore.cli.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Signatures on P-256 beside the JDK's own provider of them. */
class P256Test {
  private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.UTF_8);
  private static final Provider OURS = new P256();
  private static final Provider JDK = Security.getProvider("SunEC");

  private static KeyPair keys(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC", JDK);
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static byte[] sign(Provider provider, KeyPair keys) throws Exception {
    var signature = Signature.getInstance("SHA256withECDSA", provider);
    signature.initSign(keys.getPrivate());
    signature.update(TEXT);
    return signature.sign();
  }

  private static boolean verify(Provider provider, PublicKey key, byte[] text, byte[] signed)
      throws Exception {
    var signature = Signature.getInstance("SHA256withECDSA", provider);
    signature.initVerify(key);
    signature.update(text);
    return signature.verify(signed);
  }

  @Test
  void eachReadsWhatTheOtherSigned() throws Exception {
    for (int i = 0; i < 20; i++) {
      var keys = keys("secp256r1");
      assertThat(verify(JDK, keys.getPublic(), TEXT, sign(OURS, keys))).isTrue();
      assertThat(verify(OURS, keys.getPublic(), TEXT, sign(JDK, keys))).isTrue();
    }
  }

  @Test
  void refusesAnotherTextAndAnotherKey() throws Exception {
    var keys = keys("secp256r1");
    byte[] signed = sign(JDK, keys);
    byte[] other = TEXT.clone();
    other[3] ^= 1;
    assertThat(verify(OURS, keys.getPublic(), other, signed)).isFalse();
    assertThat(verify(OURS, keys("secp256r1").getPublic(), TEXT, signed)).isFalse();
  }

  @Test
  void refusesWhatIsNotExactlyTheEncoding() throws Exception {
    var keys = keys("secp256r1");
    byte[] signed = sign(JDK, keys);
    byte[] longer = Arrays.copyOf(signed, signed.length + 1);
    assertThatThrownBy(() -> verify(OURS, keys.getPublic(), TEXT, longer))
        .isInstanceOf(SignatureException.class);
    byte[] zeroes = {0x30, 6, 2, 1, 0, 2, 1, 0};
    assertThat(verify(OURS, keys.getPublic(), TEXT, zeroes)).isFalse();
  }

  @Test
  void leavesOtherCurvesToTheJdk() throws Exception {
    var keys = keys("secp384r1");
    assertThatThrownBy(() -> sign(OURS, keys)).isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> verify(OURS, keys.getPublic(), TEXT, new byte[8]))
        .isInstanceOf(InvalidKeyException.class);
  }

  @Test
  void rehearses() throws Exception {
    P256.rehearse();
  }
}
