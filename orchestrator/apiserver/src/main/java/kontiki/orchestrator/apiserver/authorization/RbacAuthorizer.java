package kontiki.orchestrator.apiserver.authorization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.cache.WatchCache;

/**
 * Role-based access control on the roles and bindings in the watch caches. Keeps an index that is
 * made anew when one of them has changed. Thread-safe.
 */
public final class RbacAuthorizer implements Authorizer, RuleResolver {
  private static final String NO_MATCH = "";

  private final WatchCache roles;
  private final WatchCache roleBindings;
  private final WatchCache clusterRoles;
  private final WatchCache clusterRoleBindings;
  private volatile Index index = new Index(-1, Map.of(), List.of(), Map.of());

  public RbacAuthorizer(
      WatchCache roles,
      WatchCache roleBindings,
      WatchCache clusterRoles,
      WatchCache clusterRoleBindings) {
    this.roles = roles;
    this.roleBindings = roleBindings;
    this.clusterRoles = clusterRoles;
    this.clusterRoleBindings = clusterRoleBindings;
  }

  /** A binding's subjects and the rules of its role. */
  private record Binding(String name, String role, List<JsonObject> subjects, List<Rule> rules) {}

  /**
   * @param changes how many changes the caches had seen
   */
  private record Index(
      long changes,
      Map<String, List<Rule>> rulesByRole,
      List<Binding> clusterBindings,
      Map<String, List<Binding>> namespaceBindings) {}

  @Override
  public Decision decide(Attributes request) {
    Index now = current();
    for (Binding binding : now.clusterBindings()) {
      if (appliesTo(binding, "", request.user()) && allows(binding, request)) {
        return allowed("ClusterRoleBinding", binding);
      }
    }
    if (!request.namespace().isEmpty()) {
      for (Binding binding : now.namespaceBindings().getOrDefault(request.namespace(), List.of())) {
        if (appliesTo(binding, request.namespace(), request.user()) && allows(binding, request)) {
          return allowed("RoleBinding", binding);
        }
      }
    }
    return new Decision.NoOpinion(NO_MATCH);
  }

  private static boolean allows(Binding binding, Attributes request) {
    return binding.rules().stream().anyMatch(rule -> rule.allows(request));
  }

  private static Decision allowed(String kind, Binding binding) {
    return new Decision.Allow(
        "RBAC: allowed by " + kind + " \"" + binding.name() + "\" of " + binding.role());
  }

  @Override
  public List<Rule> rulesFor(User user, String namespace) {
    Index now = current();
    List<Rule> rules = new ArrayList<>();
    for (Binding binding : now.clusterBindings()) {
      if (appliesTo(binding, "", user)) {
        rules.addAll(binding.rules());
      }
    }
    for (Binding binding : now.namespaceBindings().getOrDefault(namespace, List.of())) {
      if (appliesTo(binding, namespace, user)) {
        rules.addAll(binding.rules());
      }
    }
    return rules;
  }

  @Override
  public List<Rule> rulesOfRole(String kind, String namespace, String name) {
    return current().rulesByRole().getOrDefault(roleKey(kind, namespace, name), List.of());
  }

  private static boolean appliesTo(Binding binding, String namespace, User user) {
    Predicate<JsonObject> same = subject -> isSubject(subject, namespace, user);
    return binding.subjects().stream().anyMatch(same);
  }

  private static boolean isSubject(JsonObject subject, String namespace, User user) {
    String name = subject.string("name", "");
    return switch (subject.string("kind", "")) {
      case "User" -> user.name().equals(name);
      case "Group" -> user.groups().contains(name);
      case "ServiceAccount" -> {
        String of = subject.string("namespace", namespace);
        yield !of.isEmpty() && user.name().equals(User.SERVICE_ACCOUNT_PREFIX + of + ":" + name);
      }
      default -> false;
    };
  }

  private Index current() {
    long changes =
        roles.changes()
            + roleBindings.changes()
            + clusterRoles.changes()
            + clusterRoleBindings.changes();
    Index known = index;
    if (known.changes() == changes) {
      return known;
    }
    Index made = build(changes);
    index = made;
    return made;
  }

  private Index build(long changes) {
    Map<String, List<Rule>> rules = new HashMap<>();
    for (CachedObject each : clusterRoles.snapshot("").objects()) {
      rules.put(roleKey("ClusterRole", "", each.name()), rulesOf(each));
    }
    for (CachedObject each : roles.snapshot("").objects()) {
      rules.put(roleKey("Role", each.namespace(), each.name()), rulesOf(each));
    }
    List<Binding> cluster = new ArrayList<>();
    for (CachedObject each : clusterRoleBindings.snapshot("").objects()) {
      cluster.add(binding(each, rules));
    }
    Map<String, List<Binding>> byNamespace = new HashMap<>();
    for (CachedObject each : roleBindings.snapshot("").objects()) {
      byNamespace
          .computeIfAbsent(each.namespace(), namespace -> new ArrayList<>())
          .add(binding(each, rules));
    }
    return new Index(changes, rules, cluster, byNamespace);
  }

  private static List<Rule> rulesOf(CachedObject role) {
    return role.tree().objects("rules").stream().map(Rule::of).toList();
  }

  private static Binding binding(CachedObject object, Map<String, List<Rule>> rules) {
    JsonObject tree = object.tree();
    JsonObject reference = tree.ensureObject("roleRef");
    String kind = reference.string("kind", "");
    String name = reference.string("name", "");
    String key = roleKey(kind, object.namespace(), name);
    return new Binding(
        object.name(),
        kind + " \"" + name + "\"",
        tree.objects("subjects"),
        rules.getOrDefault(key, List.of()));
  }

  private static String roleKey(String kind, String namespace, String name) {
    return kind.equals("ClusterRole") ? kind + "/" + name : kind + "/" + namespace + "/" + name;
  }
}
