package kontiki.orchestrator.apiserver.registry;

import kontiki.orchestrator.api.selector.LabelSelector;
import kontiki.orchestrator.api.tree.JsonObject;

/** The scale of a workload as an {@code autoscaling/v1 Scale}, and back. Pure. */
public final class ScaleForm {
  private ScaleForm() {}

  public static JsonObject of(JsonObject workload) {
    JsonObject from = ObjectMeta.of(workload);
    JsonObject metadata = new JsonObject();
    for (String key : new String[] {"name", "namespace", "uid", "resourceVersion"}) {
      if (from.has(key)) {
        metadata.put(key, from.get(key));
      }
    }
    metadata.put("creationTimestamp", from.get("creationTimestamp"));
    JsonObject spec = workload.ensureObject("spec");
    Long running = workload.integerAt("status", "replicas");
    JsonObject status = JsonObject.of("replicas", running == null ? 0L : running);
    JsonObject selector = spec.object("selector");
    if (selector != null) {
      boolean plain = workload.string("kind", "").equals("ReplicationController");
      status.put(
          "selector",
          (plain ? LabelSelector.ofMap(selector) : LabelSelector.of(selector)).toString());
    }
    return JsonObject.of(
        "kind",
        "Scale",
        "apiVersion",
        "autoscaling/v1",
        "metadata",
        metadata,
        "spec",
        JsonObject.of("replicas", spec.integer("replicas", 0)),
        "status",
        status);
  }

  /** Gives a workload the replicas that a scale asks for, under the scale's preconditions. */
  public static JsonObject apply(JsonObject workload, JsonObject scale) {
    Long replicas = scale.integerAt("spec", "replicas");
    workload.ensureObject("spec").put("replicas", replicas == null ? 0L : replicas);
    JsonObject metadata = ObjectMeta.of(workload);
    for (String key : new String[] {"resourceVersion", "uid"}) {
      String wanted = scale.stringAt("metadata", key);
      if (wanted != null && !wanted.isEmpty()) {
        metadata.put(key, wanted);
      }
    }
    return workload;
  }
}
