package kontiki.orchestrator.apiserver.authorization;

import java.util.List;
import kontiki.orchestrator.apiserver.authentication.User;

/** Says which rules somebody has, and which rules a role grants. */
public interface RuleResolver {
  /** All rules of a user in a namespace (empty: those that hold everywhere). */
  List<Rule> rulesFor(User user, String namespace);

  /**
   * The rules of a role, none when it does not exist.
   *
   * @param kind ClusterRole or Role
   */
  List<Rule> rulesOfRole(String kind, String namespace, String name);
}
