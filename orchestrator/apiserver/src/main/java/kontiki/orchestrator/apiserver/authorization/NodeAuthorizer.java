package kontiki.orchestrator.apiserver.authorization;

import java.util.List;
import java.util.function.Predicate;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.cache.WatchCache;

/**
 * What a kubelet may do: read the secrets, config maps, claims and volumes that pods bound to its
 * node refer to, and use its own lease and CSINode. All else it may do stands in the bootstrap role
 * system:node, which this class applies to nodes alone. Thread-safe; reads caches only.
 */
public final class NodeAuthorizer implements Authorizer {
  private final WatchCache pods;
  private final WatchCache claims;
  private final List<Rule> nodeRules;

  /**
   * @param nodeRules what every node may do
   */
  public NodeAuthorizer(WatchCache pods, WatchCache claims, List<Rule> nodeRules) {
    this.pods = pods;
    this.claims = claims;
    this.nodeRules = List.copyOf(nodeRules);
  }

  @Override
  public Decision decide(Attributes request) {
    String node = request.user().nodeName();
    if (node.isEmpty()) {
      return new Decision.NoOpinion("");
    }
    if (!request.resourceRequest()) {
      return byRules(request);
    }
    return switch (request.combinedResource()) {
      case "secrets", "configmaps" -> byReference(node, request);
      case "persistentvolumeclaims" -> byReference(node, request);
      case "persistentvolumes" -> byVolume(node, request);
      case "leases" -> ownLease(node, request);
      case "csinodes" -> ownObject(node, request);
      case "serviceaccounts/token" -> byServiceAccount(node, request);
      default -> byRules(request);
    };
  }

  private Decision byRules(Attributes request) {
    return nodeRules.stream().anyMatch(rule -> rule.allows(request))
        ? new Decision.Allow("")
        : new Decision.NoOpinion("");
  }

  private Decision byReference(String node, Attributes request) {
    boolean reads =
        request.verb().equals("get")
            || request.verb().equals("list")
            || request.verb().equals("watch");
    if (!reads || request.name().isEmpty() || request.namespace().isEmpty()) {
      return no(node, request, "can only read resources of this type by name");
    }
    boolean referred =
        anyPod(
            node,
            request.namespace(),
            pod -> PodReferences.refersTo(pod, request.resource(), request.name()));
    return referred ? new Decision.Allow("") : noRelation(node, request);
  }

  private Decision byVolume(String node, Attributes request) {
    if (!request.verb().equals("get") || request.name().isEmpty()) {
      return no(node, request, "can only get individual resources of this type");
    }
    for (CachedObject claim : claims.snapshot("").objects()) {
      JsonObject tree = claim.tree();
      if (request.name().equals(tree.stringAt("spec", "volumeName"))
          && anyPod(
              node,
              claim.namespace(),
              pod -> PodReferences.refersTo(pod, "persistentvolumeclaims", claim.name()))) {
        return new Decision.Allow("");
      }
    }
    return noRelation(node, request);
  }

  private Decision ownLease(String node, Attributes request) {
    if (!request.namespace().equals("kube-node-lease")) {
      return no(node, request, "can only access leases in the namespace kube-node-lease");
    }
    return ownObject(node, request);
  }

  private Decision ownObject(String node, Attributes request) {
    return switch (request.verb()) {
      case "create" -> new Decision.Allow("");
      case "get", "update", "patch", "delete", "list", "watch" ->
          request.name().equals(node)
              ? new Decision.Allow("")
              : no(node, request, "can only access the object of its own name");
      default -> no(node, request, "this verb is not for nodes");
    };
  }

  private Decision byServiceAccount(String node, Attributes request) {
    boolean runs =
        request.verb().equals("create")
            && anyPod(
                node,
                request.namespace(),
                pod -> request.name().equals(pod.stringAt("spec", "serviceAccountName")));
    return runs ? new Decision.Allow("") : noRelation(node, request);
  }

  private boolean anyPod(String node, String namespace, Predicate<JsonObject> test) {
    for (CachedObject pod : pods.snapshot(namespace + "/").objects()) {
      if (node.equals(pod.fields().get("spec.nodeName")) && test.test(pod.tree())) {
        return true;
      }
    }
    return false;
  }

  private static Decision noRelation(String node, Attributes request) {
    return new Decision.NoOpinion(
        "no relationship found between node '" + node + "' and this object: " + request.resource());
  }

  private static Decision no(String node, Attributes request, String why) {
    return new Decision.NoOpinion("node '" + node + "' " + why + ": " + request.resource());
  }

  /** Whether a user is a node, whom role bindings to the group of nodes do not concern. */
  public static boolean isNode(User user) {
    return !user.nodeName().isEmpty();
  }
}
