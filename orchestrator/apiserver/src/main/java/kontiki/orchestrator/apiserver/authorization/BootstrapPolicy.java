package kontiki.orchestrator.apiserver.authorization;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * The roles and bindings that exist from the start, read from {@code bootstrap-policy.txt} beside
 * this class. Immutable once read.
 */
public final class BootstrapPolicy {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String CONTROLLERS_USER = "user:system:kube-controller-manager";

  private final Map<String, JsonObject> objects = new LinkedHashMap<>();
  private final Map<String, List<Rule>> rulesByRole = new LinkedHashMap<>();
  private final Map<String, List<String>> aggregates = new LinkedHashMap<>();

  private BootstrapPolicy() {}

  public static BootstrapPolicy read() {
    BootstrapPolicy policy = new BootstrapPolicy();
    String current = "";
    for (String line : lines()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("  ")) {
        policy.rules(current).add(rule(line.strip()));
      } else {
        current = policy.statement(line.split(" "));
      }
    }
    policy.aggregate();
    policy.rulesByRole.forEach((key, rules) ->
        policy
            .object(key)
            .put("rules", JsonArray.copyOf(rules.stream().map(Rule::toObject).toList())));
    return policy;
  }

  /** Roles first, then bindings; each with apiVersion, kind and metadata. */
  public List<JsonObject> objects() {
    return List.copyOf(objects.values());
  }

  /** The rules of a cluster role of this policy. */
  public List<Rule> clusterRole(String name) {
    return List.copyOf(rules("ClusterRole//" + name));
  }

  private JsonObject object(String key) {
    JsonObject object = objects.get(key);
    if (object == null) {
      throw new IllegalStateException("bootstrap-policy.txt: no " + key);
    }
    return object;
  }

  private List<Rule> rules(String key) {
    List<Rule> rules = rulesByRole.get(key);
    if (rules == null) {
      throw new IllegalStateException("bootstrap-policy.txt: a rule outside of a role: " + key);
    }
    return rules;
  }

  private static List<String> lines() {
    try (InputStream policy = BootstrapPolicy.class.getResourceAsStream("bootstrap-policy.txt")) {
      if (policy == null) {
        throw new IllegalStateException("bootstrap-policy.txt is missing from the artifact");
      }
      return new String(policy.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("bootstrap-policy.txt", e);
    }
  }

  private String statement(String[] words) {
    return switch (words[0]) {
      case "role" -> clusterRole(words);
      case "controller" -> {
        String name = "system:controller:" + words[1];
        String key = role("ClusterRole", "", name);
        bind("", name, List.of("serviceaccount:kube-system:" + words[1], CONTROLLERS_USER));
        yield key;
      }
      case "local" -> role("Role", words[1], words[2]);
      case "bind" -> bind("", words[1], List.of(words).subList(2, words.length));
      case "localbind" -> bind(words[1], words[2], List.of(words).subList(3, words.length));
      default -> throw new IllegalStateException("bootstrap-policy.txt: " + words[0]);
    };
  }

  private String clusterRole(String[] words) {
    String key = role("ClusterRole", "", words[1]);
    JsonObject labels = object(key).ensureObject("metadata").ensureObject("labels");
    for (String word : List.of(words).subList(2, words.length)) {
      int equals = word.indexOf('=');
      String name = word.substring(0, equals);
      String value = word.substring(equals + 1);
      if (name.equals("aggregates")) {
        aggregates.put(key, List.of(value.split(",")));
      } else {
        labels.put(name, value);
      }
    }
    return key;
  }

  private String role(String kind, String namespace, String name) {
    String key = kind + "/" + namespace + "/" + name;
    objects.put(key, head(kind, namespace, name));
    rulesByRole.put(key, new ArrayList<>());
    return key;
  }

  private String bind(String namespace, String name, List<String> subjects) {
    String kind = namespace.isEmpty() ? "ClusterRoleBinding" : "RoleBinding";
    String key = kind + "/" + namespace + "/" + name;
    JsonArray all = new JsonArray();
    for (String subject : subjects) {
      all.append(subject(subject));
    }
    JsonObject binding = head(kind, namespace, name);
    binding.put(
        "roleRef",
        JsonObject.of(
            "apiGroup", GROUP,
            "kind", namespace.isEmpty() ? "ClusterRole" : "Role",
            "name", name));
    if (!all.isEmpty()) {
      binding.put("subjects", all);
    }
    objects.put(key, binding);
    return key;
  }

  private static JsonObject subject(String word) {
    int colon = word.indexOf(':');
    String name = word.substring(colon + 1);
    return switch (word.substring(0, colon)) {
      case "user" -> JsonObject.of("apiGroup", GROUP, "kind", "User", "name", name);
      case "group" -> JsonObject.of("apiGroup", GROUP, "kind", "Group", "name", name);
      case "serviceaccount" -> {
        int second = name.indexOf(':');
        yield JsonObject.of(
            "kind", "ServiceAccount",
            "name", name.substring(second + 1),
            "namespace", name.substring(0, second));
      }
      default -> throw new IllegalStateException("bootstrap-policy.txt: " + word);
    };
  }

  private static JsonObject head(String kind, String namespace, String name) {
    JsonObject metadata = JsonObject.of("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put(
        "annotations", JsonObject.of("rbac.authorization.kubernetes.io/autoupdate", "true"));
    metadata.put("labels", JsonObject.of("kubernetes.io/bootstrapping", "rbac-defaults"));
    return JsonObject.of("apiVersion", GROUP + "/v1", "kind", kind, "metadata", metadata);
  }

  private static Rule rule(String line) {
    String[] parts = line.split(" : ");
    List<String> verbs = List.of(parts[0].strip().split(" "));
    if (parts.length == 2) {
      List<String> paths = List.of(parts[1].strip().split(" "));
      return new Rule(verbs, List.of(), List.of(), List.of(), paths);
    }
    List<String> groups = new ArrayList<>();
    for (String group : parts[1].strip().split(" ")) {
      groups.add(group.equals("core") ? "" : group);
    }
    List<String> resources = List.of(parts[2].strip().split(" "));
    List<String> names = parts.length > 3 ? List.of(parts[3].strip().split(" ")) : List.of();
    return new Rule(verbs, groups, resources, names, List.of());
  }

  /** Gives an aggregating role the rules of the roles whose labels it selects. */
  private void aggregate() {
    aggregates.forEach((key, labels) -> {
      JsonArray selectors = new JsonArray();
      for (String label : labels) {
        selectors.append(JsonObject.of("matchLabels", JsonObject.of(label, "true")));
      }
      object(key).put("aggregationRule", JsonObject.of("clusterRoleSelectors", selectors));
      rulesByRole.forEach((other, rules) -> {
        JsonObject carried = object(other).objectAt("metadata", "labels");
        if (!aggregates.containsKey(other)
            && carried != null
            && labels.stream().anyMatch(carried::has)) {
          rules(key).addAll(rules);
        }
      });
    });
  }
}
