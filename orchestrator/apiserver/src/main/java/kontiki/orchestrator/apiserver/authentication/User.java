package kontiki.orchestrator.apiserver.authentication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who sends a request.
 *
 * @param uid empty where the user has none
 * @param extra what else the authenticator knows, by key
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
  public static final String ANONYMOUS = "system:anonymous";
  public static final String UNAUTHENTICATED_GROUP = "system:unauthenticated";
  public static final String AUTHENTICATED_GROUP = "system:authenticated";
  public static final String MASTERS_GROUP = "system:masters";
  public static final String NODES_GROUP = "system:nodes";
  public static final String NODE_PREFIX = "system:node:";
  public static final String SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

  public User {
    groups = List.copyOf(groups);
    extra = java.util.Collections.unmodifiableMap(new TreeMap<>(extra));
  }

  public static User of(String name, String... groups) {
    return new User(name, "", List.of(groups), Map.of());
  }

  public static User anonymous() {
    return of(ANONYMOUS, UNAUTHENTICATED_GROUP);
  }

  /** The API server itself. */
  public static User apiServer() {
    return of("system:apiserver", MASTERS_GROUP, AUTHENTICATED_GROUP);
  }

  public boolean isAnonymous() {
    return name.equals(ANONYMOUS);
  }

  /** The same user, also in the group of all who have shown who they are. */
  public User authenticated() {
    if (groups.contains(AUTHENTICATED_GROUP) || isAnonymous()) {
      return this;
    }
    List<String> all = new ArrayList<>(groups);
    all.add(AUTHENTICATED_GROUP);
    return new User(name, uid, all, extra);
  }

  /** The name of the node that this user is, or empty. */
  public String nodeName() {
    return name.startsWith(NODE_PREFIX) && groups.contains(NODES_GROUP)
        ? name.substring(NODE_PREFIX.length())
        : "";
  }
}
