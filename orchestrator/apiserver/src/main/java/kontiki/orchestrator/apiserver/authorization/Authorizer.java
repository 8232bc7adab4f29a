package kontiki.orchestrator.apiserver.authorization;

import java.util.ArrayList;
import java.util.List;

/** Decides whether a request is allowed. Thread-safe; reads caches only, so it never blocks. */
@FunctionalInterface
public interface Authorizer {
  Decision decide(Attributes attributes);

  /** The first authorizer with an opinion decides. */
  static Authorizer union(List<Authorizer> authorizers) {
    List<Authorizer> all = List.copyOf(authorizers);
    return attributes -> {
      List<String> reasons = new ArrayList<>();
      for (Authorizer authorizer : all) {
        Decision decision = authorizer.decide(attributes);
        if (!(decision instanceof Decision.NoOpinion)) {
          return decision;
        }
        if (!decision.reason().isEmpty()) {
          reasons.add(decision.reason());
        }
      }
      return new Decision.NoOpinion(String.join(", ", reasons));
    };
  }

  /** Allows everything to members of system:masters. */
  static Authorizer masters() {
    return attributes ->
        attributes
                .user()
                .groups()
                .contains(kontiki.orchestrator.apiserver.authentication.User.MASTERS_GROUP)
            ? new Decision.Allow("")
            : new Decision.NoOpinion("");
  }

  /** Allows everything to everybody who is known. */
  static Authorizer alwaysAllow() {
    return attributes -> new Decision.Allow("");
  }
}
