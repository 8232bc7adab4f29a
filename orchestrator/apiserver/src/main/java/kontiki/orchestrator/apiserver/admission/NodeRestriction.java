package kontiki.orchestrator.apiserver.admission;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.registry.Call;

/** A kubelet changes its own node and the pods that are bound to it, and nothing else. */
public final class NodeRestriction implements AdmissionPlugin {
  private static final String RESTRICTED_LABELS = "node-restriction.kubernetes.io/";

  @Override
  public String name() {
    return "NodeRestriction";
  }

  @Override
  public void validate(AdmissionRequest request) {
    Call call = request.call();
    String node = call.user().nodeName();
    if (node.isEmpty() || !call.type().group().isEmpty()) {
      return;
    }
    switch (call.type().plural()) {
      case "nodes" -> node(request, node);
      case "pods" -> pod(request, node);
      default -> {
        // Authorization has decided.
      }
    }
  }

  private static void node(AdmissionRequest request, String node) {
    Call call = request.call();
    JsonObject object = request.object();
    String name =
        object == null ? call.name() : Objects.toString(object.stringAt("metadata", "name"), "");
    if (!name.equals(node)) {
      throw refuse(call, node, "is not allowed to modify node \"" + name + "\"");
    }
    JsonObject old = request.old();
    if (object == null) {
      return;
    }
    if (old != null && !Objects.equals(old.at("spec", "taints"), object.at("spec", "taints"))) {
      throw refuse(call, node, "is not allowed to modify taints");
    }
    JsonObject labels = object.objectAt("metadata", "labels");
    JsonObject before = old == null ? null : old.objectAt("metadata", "labels");
    for (String key : labels == null ? List.<String>of() : labels.keys()) {
      boolean same =
          before != null
              && Objects.equals(before.get(key), Objects.requireNonNull(labels).get(key));
      if (key.contains(RESTRICTED_LABELS) && !same) {
        throw refuse(call, node, "is not allowed to modify label " + key);
      }
    }
  }

  private static void pod(AdmissionRequest request, String node) {
    Call call = request.call();
    JsonObject pod =
        request.operation() == AdmissionRequest.Operation.CREATE ? request.object() : request.old();
    if (pod == null) {
      return;
    }
    String bound = Objects.toString(pod.stringAt("spec", "nodeName"), "");
    switch (request.operation()) {
      case CREATE -> {
        boolean mirror = pod.at("metadata", "annotations", "kubernetes.io/config.mirror") != null;
        if (call.subresource().isEmpty() && (!mirror || !bound.equals(node))) {
          throw refuse(call, node, "can only create mirror pods that are bound to itself");
        }
      }
      case UPDATE -> {
        boolean status = call.subresource().equals("status");
        if (!status || !bound.equals(node)) {
          throw refuse(call, node, "can only update the status of pods that are bound to itself");
        }
      }
      case DELETE -> {
        if (!bound.equals(node)) {
          throw refuse(call, node, "can only delete pods that are bound to itself");
        }
      }
      case CONNECT -> {
        // Nodes have no right to connect.
      }
    }
  }

  private static kontiki.orchestrator.apiserver.status.StatusException refuse(
      Call call, String node, String why) {
    return call.resource().forbidden(call.name(), "node \"" + node + "\" " + why);
  }
}
