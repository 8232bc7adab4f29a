package kontiki.orchestrator.api.validation;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import org.jspecify.annotations.Nullable;

/** Roles, their bindings, and certificate signing requests. */
final class AccessValidation {
  private static final String RBAC = "rbac.authorization.k8s.io";

  private AccessValidation() {}

  static void role(JsonObject object, @Nullable JsonObject old, Checks checks) {
    rules(object, true, checks);
  }

  static void clusterRole(JsonObject object, @Nullable JsonObject old, Checks checks) {
    rules(object, false, checks);
    JsonObject aggregation = object.object("aggregationRule");
    if (aggregation != null) {
      List<JsonObject> selectors = aggregation.objects("clusterRoleSelectors");
      if (selectors.isEmpty()) {
        checks.required(
            "aggregationRule.clusterRoleSelectors",
            "at least one clusterRoleSelector required if aggregationRule is non-nil");
      }
      for (int i = 0; i < selectors.size(); i++) {
        checks.selector(selectors.get(i), "aggregationRule.clusterRoleSelectors[" + i + "]");
      }
    }
  }

  private static void rules(JsonObject role, boolean namespaced, Checks checks) {
    List<JsonObject> rules = role.objects("rules");
    for (int i = 0; i < rules.size(); i++) {
      JsonObject rule = rules.get(i);
      String at = "rules[" + i + "]";
      if (rule.strings("verbs").isEmpty()) {
        checks.required(at + ".verbs", "verbs must contain at least one value");
      }
      List<String> urls = rule.strings("nonResourceURLs");
      boolean resources =
          !rule.strings("apiGroups").isEmpty() || !rule.strings("resources").isEmpty();
      if (!urls.isEmpty()) {
        if (namespaced) {
          checks.invalid(
              at + ".nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs");
        }
        if (resources || !rule.strings("resourceNames").isEmpty()) {
          checks.invalid(
              at + ".nonResourceURLs",
              urls,
              "rules cannot apply to both regular resources and non-resource URLs");
        }
        continue;
      }
      if (rule.strings("apiGroups").isEmpty()) {
        checks.required(at + ".apiGroups", "resource rules must supply at least one api group");
      }
      if (rule.strings("resources").isEmpty()) {
        checks.required(at + ".resources", "resource rules must supply at least one resource");
      }
    }
  }

  static void roleBinding(JsonObject object, @Nullable JsonObject old, Checks checks) {
    binding(object, old, List.of("ClusterRole", "Role"), checks);
  }

  static void clusterRoleBinding(JsonObject object, @Nullable JsonObject old, Checks checks) {
    binding(object, old, List.of("ClusterRole"), checks);
  }

  private static void binding(
      JsonObject object, @Nullable JsonObject old, List<String> kinds, Checks checks) {
    JsonObject role = Validation.part(object, "roleRef");
    checks.oneOf(role.get("apiGroup"), "roleRef.apiGroup", List.of(RBAC));
    String kind = role.string("kind", "");
    if (kind.isEmpty()) {
      checks.required("roleRef.kind", "");
    }
    checks.oneOf(kind, "roleRef.kind", kinds);
    if (checks.present(role, "name", "roleRef.name")) {
      String name = role.string("name", "");
      checks.named("roleRef.name", name, Names.pathSegment(name));
    }
    List<JsonObject> subjects = object.objects("subjects");
    for (int i = 0; i < subjects.size(); i++) {
      subject(subjects.get(i), "subjects[" + i + "]", object, checks);
    }
    if (old != null && !Objects.equals(role, old.get("roleRef"))) {
      checks.invalid("roleRef", role, "cannot change roleRef");
    }
  }

  private static void subject(JsonObject subject, String at, JsonObject binding, Checks checks) {
    checks.present(subject, "name", at + ".name");
    switch (subject.string("kind", "")) {
      case "ServiceAccount" -> {
        String name = subject.string("name", "");
        if (!name.isEmpty()) {
          checks.named(at + ".name", name, Names.dnsSubdomain(name));
        }
        checks.oneOf(subject.get("apiGroup"), at + ".apiGroup", List.of(""));
        boolean cluster = binding.string("kind", "").equals("ClusterRoleBinding");
        if (cluster && subject.string("namespace", "").isEmpty()) {
          checks.required(at + ".namespace", "");
        }
      }
      case "User", "Group" ->
          checks.oneOf(subject.get("apiGroup"), at + ".apiGroup", List.of(RBAC));
      default ->
          checks.add(
              FieldError.Type.NOT_SUPPORTED,
              at + ".kind",
              subject.string("kind", ""),
              "supported values: \"ServiceAccount\", \"User\", \"Group\"");
    }
  }

  static void certificate(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    if (spec.string("request", "").isEmpty()) {
      checks.invalid("spec.request", "", "PEM block type must be CERTIFICATE REQUEST");
    }
    if (spec.strings("usages").isEmpty()) {
      checks.required("spec.usages", "");
    }
    String signer = spec.string("signerName", "");
    if (signer.isEmpty()) {
      checks.required("spec.signerName", "");
    } else if (signer.split("/", -1).length != 2) {
      checks.invalid(
          "spec.signerName",
          signer,
          "must be a fully qualified domain and path of the form 'example.com/signer-name'");
    } else {
      checks.named(
          "spec.signerName", signer, Names.dnsSubdomain(signer.substring(0, signer.indexOf('/'))));
    }
    Long seconds = spec.integer("expirationSeconds");
    if (seconds != null && seconds < 600) {
      checks.invalid(
          "spec.expirationSeconds",
          seconds,
          "may not specify a duration less than 600 seconds (10 minutes)");
    }
  }
}
