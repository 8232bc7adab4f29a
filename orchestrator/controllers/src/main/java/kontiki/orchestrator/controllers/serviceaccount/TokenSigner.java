package kontiki.orchestrator.controllers.serviceaccount;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.Json;

/**
 * Signs the tokens that Secrets of type {@code kubernetes.io/service-account-token} hold: JSON Web
 * Tokens without expiry, with the claims that Kubernetes gives them. Thread-safe.
 */
public final class TokenSigner {
  private static final String ISSUER = "kubernetes/serviceaccount";
  private static final String PREFIX = "kubernetes.io/serviceaccount/";

  private final PrivateKey key;

  private TokenSigner(PrivateKey key) {
    this.key = key;
  }

  /**
   * A signer with a private key, RSA or P-256, as PKCS #8 in PEM.
   *
   * @throws IllegalArgumentException when the text holds no such key
   */
  public static TokenSigner ofPem(String pem) {
    String base64 =
        pem.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
    byte[] der;
    try {
      der = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the service-account key is no PEM", e);
    }
    GeneralSecurityException last = null;
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return new TokenSigner(
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw new IllegalArgumentException(
        "the service-account key is no RSA or EC key in PKCS #8", last);
  }

  /** The token of a service account, bound to the Secret that holds it. */
  String sign(String namespace, String account, String accountUid, String secret) {
    boolean elliptic = key instanceof ECPrivateKey;
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", elliptic ? "ES256" : "RS256");
    header.put("typ", "JWT");
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISSUER);
    claims.put(PREFIX + "namespace", namespace);
    claims.put(PREFIX + "secret.name", secret);
    claims.put(PREFIX + "service-account.name", account);
    claims.put(PREFIX + "service-account.uid", accountUid);
    claims.put("sub", "system:serviceaccount:" + namespace + ":" + account);
    String signed = encode(Json.write(header)) + "." + encode(Json.write(claims));
    try {
      Signature signature =
          Signature.getInstance(elliptic ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the service-account key cannot sign", e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
