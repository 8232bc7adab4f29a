package kontiki.kvstore.server.auth;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Identity;
import kontiki.kvstore.server.StartException;
import org.jspecify.annotations.Nullable;

/** What a token says of its bearer. Safe for many threads. */
public sealed interface Tokens permits SimpleTokens, JwtTokens {
  /** Null where the token is not good, or not any more. */
  @Nullable Identity bearer(String token, AuthState auth);

  /**
   * @param nanoTime as {@link System#nanoTime}, for simple tokens
   * @throws StartException the settings make no sense
   */
  static Tokens of(AuthSettings settings, InstantSource clock, LongSupplier nanoTime) {
    if (settings.token().equals("simple")) {
      return new SimpleTokens(settings.tokenTtl(), nanoTime);
    }
    if (settings.token().startsWith("jwt,")) {
      return new JwtTokens(JwtSettings.parse(settings.token()), clock);
    }
    throw new StartException(
        "--auth-token is simple, or jwt,sign-method=METHOD,priv-key=FILE,pub-key=FILE,ttl=DURATION;"
            + " not "
            + settings.token());
  }
}
