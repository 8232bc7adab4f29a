package kontiki.orchestrator.apiserver.authentication;

import java.security.cert.X509Certificate;
import java.util.List;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.pki.transport.HttpExchange;

/**
 * Says who sends a request: the bearer of a client certificate, else of a service account token,
 * else nobody known. A token that is not good is an error, not anonymity. Thread-safe.
 */
public final class Authentication {
  private static final String BEARER = "bearer ";

  private final CertificateAuthenticator certificates;
  private final TokenAuthenticator tokens;

  public Authentication(CertificateAuthenticator certificates, TokenAuthenticator tokens) {
    this.certificates = certificates;
    this.tokens = tokens;
  }

  public User authenticate(HttpExchange exchange) {
    List<X509Certificate> chain = exchange.peerCertificates();
    if (!chain.isEmpty()) {
      return certificates.authenticate(chain).authenticated();
    }
    String authorization = exchange.header("authorization").orElse("");
    if (authorization.isEmpty()) {
      return User.anonymous();
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw Failures.unauthorized();
    }
    String token = authorization.substring(BEARER.length()).strip();
    return tokens
        .authenticate(token, List.of())
        .orElseThrow(Failures::unauthorized)
        .user()
        .authenticated();
  }
}
