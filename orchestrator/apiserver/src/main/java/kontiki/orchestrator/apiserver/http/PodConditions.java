package kontiki.orchestrator.apiserver.http;

import kontiki.orchestrator.api.tree.JsonObject;

/** Sets conditions of pods. Pure. */
final class PodConditions {
  private PodConditions() {}

  static void set(JsonObject pod, String type, String value, String now) {
    JsonObject status = pod.ensureObject("status");
    for (JsonObject condition : status.objects("conditions")) {
      if (condition.string("type", "").equals(type)) {
        if (!condition.string("status", "").equals(value)) {
          condition.put("status", value);
          condition.put("lastTransitionTime", now);
        }
        condition.remove("reason");
        condition.remove("message");
        return;
      }
    }
    status
        .ensureList("conditions")
        .append(
            JsonObject.of(
                "type", type,
                "status", value,
                "lastProbeTime", null,
                "lastTransitionTime", now));
  }
}
