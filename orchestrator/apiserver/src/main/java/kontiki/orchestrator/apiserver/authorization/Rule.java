package kontiki.orchestrator.apiserver.authorization;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/** One rule of a role: {@code rbac.authorization.k8s.io/v1 PolicyRule}. Immutable. */
public record Rule(
    List<String> verbs,
    List<String> groups,
    List<String> resources,
    List<String> resourceNames,
    List<String> paths) {
  private static final String ALL = "*";

  public Rule {
    verbs = List.copyOf(verbs);
    groups = List.copyOf(groups);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
    paths = List.copyOf(paths);
  }

  public static Rule of(JsonObject rule) {
    return new Rule(
        rule.strings("verbs"),
        rule.strings("apiGroups"),
        rule.strings("resources"),
        rule.strings("resourceNames"),
        rule.strings("nonResourceURLs"));
  }

  public JsonObject toObject() {
    JsonObject rule = new JsonObject();
    rule.put("verbs", JsonArray.copyOf(verbs));
    putUnlessEmpty(rule, "apiGroups", groups);
    putUnlessEmpty(rule, "resources", resources);
    putUnlessEmpty(rule, "resourceNames", resourceNames);
    putUnlessEmpty(rule, "nonResourceURLs", paths);
    return rule;
  }

  private static void putUnlessEmpty(JsonObject rule, String key, List<String> values) {
    if (!values.isEmpty()) {
      rule.put(key, JsonArray.copyOf(values));
    }
  }

  public boolean allows(Attributes request) {
    if (!has(verbs, request.verb())) {
      return false;
    }
    if (!request.resourceRequest()) {
      return paths.stream().anyMatch(path -> pathMatches(path, request.path()));
    }
    return has(groups, request.group())
        && resourceMatches(request)
        && (resourceNames.isEmpty() || resourceNames.contains(request.name()));
  }

  private boolean resourceMatches(Attributes request) {
    String combined = request.combinedResource();
    for (String resource : resources) {
      if (resource.equals(ALL) || resource.equals(combined)) {
        return true;
      }
      if (!request.subresource().isEmpty()
          && resource.startsWith("*/")
          && resource.substring(2).equals(request.subresource())) {
        return true;
      }
    }
    return false;
  }

  private static boolean pathMatches(String pattern, String path) {
    return pattern.equals(ALL)
        || pattern.equals(path)
        || (pattern.endsWith(ALL) && path.startsWith(pattern.substring(0, pattern.length() - 1)));
  }

  private static boolean has(List<String> values, String wanted) {
    return values.contains(ALL) || values.contains(wanted);
  }

  /** Whether everything that a narrower rule allows is allowed by one of these. */
  public static boolean covers(List<Rule> owner, Rule wanted) {
    for (String verb : wanted.verbs) {
      for (String path : wanted.paths) {
        if (owner.stream().noneMatch(rule -> rule.coversPath(verb, path))) {
          return false;
        }
      }
      for (String group : wanted.groups) {
        for (String resource : wanted.resources) {
          List<String> names = wanted.resourceNames.isEmpty() ? List.of("") : wanted.resourceNames;
          for (String name : names) {
            if (owner.stream().noneMatch(r -> r.coversResource(verb, group, resource, name))) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  private boolean coversPath(String verb, String path) {
    return has(verbs, verb)
        && paths.stream()
            .anyMatch(own -> own.equals(path) || own.equals(ALL) || pathMatches(own, path));
  }

  private boolean coversResource(String verb, String group, String resource, String name) {
    int slash = resource.indexOf('/');
    boolean resourceCovered =
        has(resources, resource)
            || (slash > 0 && resources.contains("*" + resource.substring(slash)));
    return has(verbs, verb)
        && has(groups, group)
        && resourceCovered
        && (resourceNames.isEmpty() || (!name.isEmpty() && resourceNames.contains(name)));
  }
}
