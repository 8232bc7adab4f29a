package kontiki.orchestrator.apiserver.authentication;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Signs and checks service account tokens: JWTs whose claims bind them to an account, and to a pod,
 * secret or node where one was asked for. A token is good as long as all it is bound to exists with
 * the same uid. Thread-safe.
 */
public final class ServiceAccountTokens implements TokenAuthenticator {
  /** Key of the credential's id in a user's extra. */
  public static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

  public static final String POD_NAME = "authentication.kubernetes.io/pod-name";
  public static final String POD_UID = "authentication.kubernetes.io/pod-uid";

  private static final String PRIVATE_CLAIM = "kubernetes.io";
  private static final long LEEWAY_SECONDS = 10;

  /** Looks up what a token is bound to; returns null when it does not exist. */
  @FunctionalInterface
  public interface Bound {
    /**
     * @param resource serviceaccounts, pods, secrets or nodes
     */
    @Nullable JsonObject find(String resource, String namespace, String name);
  }

  /**
   * What a token is bound to besides its account.
   *
   * @param kind Pod, Secret or Node
   */
  public record Binding(String kind, String name, String uid) {}

  private final String issuer;
  private final @Nullable PrivateKey signingKey;
  private final List<PublicKey> verifyingKeys;
  private final InstantSource clock;
  private final Bound bound;

  /**
   * @param signingKey null where this server does not sign
   */
  public ServiceAccountTokens(
      String issuer,
      @Nullable PrivateKey signingKey,
      List<PublicKey> verifyingKeys,
      InstantSource clock,
      Bound bound) {
    this.issuer = issuer;
    this.signingKey = signingKey;
    this.verifyingKeys = List.copyOf(verifyingKeys);
    this.clock = clock;
    this.bound = bound;
  }

  public String issuer() {
    return issuer;
  }

  /** What is asked of {@link #sign}. */
  public record Wanted(
      String namespace,
      String account,
      String accountUid,
      List<String> audiences,
      long expirationSeconds,
      @Nullable Binding binding) {}

  /** A token and when it ends. */
  public record Signed(String token, Instant expires) {}

  /** Makes a token. */
  public Signed sign(Wanted wanted) {
    PrivateKey key = signingKey;
    if (key == null) {
      throw new IllegalStateException("no --service-account-signing-key-file was given");
    }
    Instant now = clock.instant();
    Instant expires = now.plusSeconds(wanted.expirationSeconds());
    Map<String, Object> claim = new LinkedHashMap<>();
    claim.put("namespace", wanted.namespace());
    Binding binding = wanted.binding();
    if (binding != null) {
      claim.put(
          binding.kind().toLowerCase(java.util.Locale.ROOT),
          Map.of("name", binding.name(), "uid", binding.uid()));
    }
    claim.put("serviceaccount", Map.of("name", wanted.account(), "uid", wanted.accountUid()));
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .subject(User.SERVICE_ACCOUNT_PREFIX + wanted.namespace() + ":" + wanted.account())
            .audience(wanted.audiences())
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(expires))
            .jwtID(UUID.randomUUID().toString())
            .claim(PRIVATE_CLAIM, claim)
            .build();
    try {
      boolean elliptic = key instanceof ECPrivateKey;
      JWSSigner signer =
          key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : new RSASSASigner(key);
      JWSAlgorithm algorithm =
          elliptic ? signer.supportedJWSAlgorithms().iterator().next() : JWSAlgorithm.RS256;
      SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).build(), claims);
      token.sign(signer);
      return new Signed(token.serialize(), expires);
    } catch (JOSEException e) {
      throw new IllegalStateException("the service account key cannot sign: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Bearer> authenticate(String token, List<String> audiences) {
    try {
      SignedJWT parsed = SignedJWT.parse(token);
      if (!isSigned(parsed)) {
        return Optional.empty();
      }
      JWTClaimsSet claims = parsed.getJWTClaimsSet();
      List<String> wanted = audiences.isEmpty() ? List.of(issuer) : audiences;
      List<String> good = new ArrayList<>(wanted);
      good.retainAll(claims.getAudience());
      if (!issuer.equals(claims.getIssuer()) || good.isEmpty() || !isInTime(claims)) {
        return Optional.empty();
      }
      return user(claims).map(user -> new Bearer(user, good));
    } catch (ParseException | JOSEException e) {
      return Optional.empty();
    }
  }

  private boolean isSigned(SignedJWT token) throws JOSEException {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    for (PublicKey key : verifyingKeys) {
      JWSVerifier verifier =
          switch (key) {
            case ECPublicKey ec -> new ECDSAVerifier(ec);
            case RSAPublicKey rsa -> new RSASSAVerifier(rsa);
            default -> null;
          };
      if (verifier != null
          && verifier.supportedJWSAlgorithms().contains(algorithm)
          && token.verify(verifier)) {
        return true;
      }
    }
    return false;
  }

  private boolean isInTime(JWTClaimsSet claims) {
    Instant now = clock.instant();
    Date expires = claims.getExpirationTime();
    Date notBefore = claims.getNotBeforeTime();
    return expires != null
        && now.isBefore(expires.toInstant())
        && (notBefore == null || !now.plusSeconds(LEEWAY_SECONDS).isBefore(notBefore.toInstant()));
  }

  private Optional<User> user(JWTClaimsSet claims) throws ParseException {
    Map<String, Object> claim = claims.getJSONObjectClaim(PRIVATE_CLAIM);
    if (claim == null || !(claim.get("namespace") instanceof String namespace)) {
      return Optional.empty();
    }
    Reference account = Reference.of(claim.get("serviceaccount"));
    if (account == null || !exists("serviceaccounts", namespace, account)) {
      return Optional.empty();
    }
    Map<String, List<String>> extra = new LinkedHashMap<>();
    if (claims.getJWTID() != null) {
      extra.put(CREDENTIAL_ID, List.of("JTI=" + claims.getJWTID()));
    }
    Reference pod = Reference.of(claim.get("pod"));
    Reference secret = Reference.of(claim.get("secret"));
    Reference node = Reference.of(claim.get("node"));
    if ((pod != null && !exists("pods", namespace, pod))
        || (secret != null && !exists("secrets", namespace, secret))
        || (node != null && pod == null && !exists("nodes", "", node))) {
      return Optional.empty();
    }
    if (pod != null) {
      extra.put(POD_NAME, List.of(pod.name()));
      extra.put(POD_UID, List.of(pod.uid()));
    }
    return Optional.of(
        new User(
            User.SERVICE_ACCOUNT_PREFIX + namespace + ":" + account.name(),
            account.uid(),
            List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace),
            extra));
  }

  private boolean exists(String resource, String namespace, Reference reference) {
    JsonObject found = bound.find(resource, namespace, reference.name());
    return found != null && Objects.equals(found.stringAt("metadata", "uid"), reference.uid());
  }

  private record Reference(String name, String uid) {
    static @Nullable Reference of(@Nullable Object claim) {
      return claim instanceof Map<?, ?> map
              && map.get("name") instanceof String name
              && map.get("uid") instanceof String uid
          ? new Reference(name, uid)
          : null;
    }
  }
}
