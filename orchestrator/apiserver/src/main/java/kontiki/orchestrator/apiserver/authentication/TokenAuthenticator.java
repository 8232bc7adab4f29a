package kontiki.orchestrator.apiserver.authentication;

import java.util.List;
import java.util.Optional;

/** Says whose a bearer token is. Thread-safe. */
public interface TokenAuthenticator {
  /**
   * A good token's bearer.
   *
   * @param audiences those asked for that the token is good for
   */
  record Bearer(User user, List<String> audiences) {}

  /**
   * @param audiences of which the token must be good for one; none stand for the API server's own
   * @return empty for a token that is not good
   */
  Optional<Bearer> authenticate(String token, List<String> audiences);
}
