package kontiki.orchestrator.apiserver.admission;

import kontiki.orchestrator.api.tree.JsonObject;

/** New nodes are tainted as not ready, so that nothing is scheduled before they are. */
public final class TaintNodesByCondition implements AdmissionPlugin {
  private static final String NOT_READY = "node.kubernetes.io/not-ready";

  @Override
  public String name() {
    return "TaintNodesByCondition";
  }

  @Override
  public void admit(AdmissionRequest request) {
    JsonObject node = request.object();
    if (node == null
        || request.operation() != AdmissionRequest.Operation.CREATE
        || !request.isMain("", "nodes")) {
      return;
    }
    JsonObject spec = node.ensureObject("spec");
    boolean tainted =
        spec.objects("taints").stream()
            .anyMatch(taint ->
                taint.string("key", "").equals(NOT_READY)
                    && taint.string("effect", "").equals("NoSchedule"));
    if (!tainted) {
      spec.ensureList("taints").add(JsonObject.of("key", NOT_READY, "effect", "NoSchedule"));
    }
  }
}
