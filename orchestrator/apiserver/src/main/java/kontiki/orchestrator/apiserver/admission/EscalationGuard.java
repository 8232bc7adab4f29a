package kontiki.orchestrator.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.authorization.Attributes;
import kontiki.orchestrator.apiserver.authorization.Authorizer;
import kontiki.orchestrator.apiserver.authorization.Decision;
import kontiki.orchestrator.apiserver.authorization.Rule;
import kontiki.orchestrator.apiserver.authorization.RuleResolver;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;

/**
 * Nobody gives away rights that he does not have: writing a role needs its rights or the verb
 * escalate, binding one needs its rights or the verb bind
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping).
 */
public final class EscalationGuard implements AdmissionPlugin {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private final Authorizer authorizer;
  private final RuleResolver rules;

  public EscalationGuard(Authorizer authorizer, RuleResolver rules) {
    this.authorizer = authorizer;
    this.rules = rules;
  }

  @Override
  public String name() {
    return "RBACEscalation";
  }

  @Override
  public void validate(AdmissionRequest request) {
    Call call = request.call();
    JsonObject object = request.object();
    boolean isMaster = call.user().groups().contains(User.MASTERS_GROUP);
    if (object == null || isMaster || !call.type().group().equals(GROUP)) {
      return;
    }
    JsonObject old = request.old();
    switch (call.type().plural()) {
      case "roles", "clusterroles" -> {
        boolean same = old != null && Objects.equals(old.get("rules"), object.get("rules"));
        if (!same && !may(call, "escalate", call.type().plural(), ObjectMeta.name(object))) {
          check(call, object.objects("rules").stream().map(Rule::of).toList());
        }
      }
      case "rolebindings", "clusterrolebindings" -> binding(call, object);
      default -> {
        // Nothing else in the group grants rights.
      }
    }
  }

  private void binding(Call call, JsonObject object) {
    JsonObject reference = object.ensureObject("roleRef");
    String kind = reference.string("kind", "");
    String name = reference.string("name", "");
    String plural = kind.equals("ClusterRole") ? "clusterroles" : "roles";
    if (!may(call, "bind", plural, name)) {
      check(call, rules.rulesOfRole(kind, call.namespace(), name));
    }
  }

  private boolean may(Call call, String verb, String plural, String name) {
    Attributes attributes =
        Attributes.ofResource(call.user(), verb, GROUP, plural, call.namespace(), name);
    return authorizer.decide(attributes) instanceof Decision.Allow;
  }

  private void check(Call call, List<Rule> wanted) {
    List<Rule> owned = rules.rulesFor(call.user(), call.namespace());
    List<String> missing = new ArrayList<>();
    for (Rule rule : wanted) {
      if (!Rule.covers(owned, rule)) {
        missing.add(rule.toObject().toString());
      }
    }
    if (!missing.isEmpty()) {
      throw call.resource()
          .forbidden(
              call.name(),
              "user \""
                  + call.user().name()
                  + "\" (groups="
                  + call.user().groups()
                  + ") is attempting to grant RBAC permissions not currently held:\n"
                  + String.join("\n", missing));
    }
  }
}
