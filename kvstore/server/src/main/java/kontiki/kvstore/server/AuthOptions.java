package kontiki.kvstore.server;

import java.time.Duration;
import kontiki.kvstore.server.auth.AuthSettings;
import picocli.CommandLine.Option;

/** How users log in. */
final class AuthOptions {
  @Option(
      names = "--auth-token",
      paramLabel = "KIND",
      description = {
        "What a user gets for a password: simple (default), or",
        "jwt,sign-method=ES256,priv-key=FILE,pub-key=FILE,ttl=10m (methods: RS, PS, ES with 256,"
            + " 384 or 512, EdDSA)."
      })
  String token = AuthSettings.DEFAULT.token();

  @Option(
      names = "--auth-token-ttl",
      paramLabel = "SECONDS",
      description = "How long an unused simple token is good. Default: 300")
  int tokenTtlSeconds = Math.toIntExact(AuthSettings.DEFAULT.tokenTtl().toSeconds());

  @Option(
      names = "--bcrypt-cost",
      paramLabel = "N",
      description = "How slow a password is to check: one more takes twice the time. Default: 10")
  int bcryptCost = AuthSettings.DEFAULT.bcryptCost();

  AuthSettings settings() {
    if (bcryptCost < 4 || bcryptCost > 31) {
      throw new StartException("--bcrypt-cost is 4 to 31, not " + bcryptCost);
    }
    if (tokenTtlSeconds <= 0) {
      throw new StartException("--auth-token-ttl must be positive, not " + tokenTtlSeconds);
    }
    return new AuthSettings(token, Duration.ofSeconds(tokenTtlSeconds), bcryptCost);
  }
}
