package kontiki.kvstore.server.auth;

import java.time.Duration;

/**
 * @param token as etcd's {@code --auth-token}: {@code simple}, or {@code jwt,...}
 * @param tokenTtl of a simple token that is not used
 * @param bcryptCost the logarithm of the rounds, 4 to 31
 */
public record AuthSettings(String token, Duration tokenTtl, int bcryptCost) {
  public static final AuthSettings DEFAULT = new AuthSettings("simple", Duration.ofMinutes(5), 10);
}
