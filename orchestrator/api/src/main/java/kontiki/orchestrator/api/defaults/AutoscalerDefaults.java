package kontiki.orchestrator.api.defaults;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/** The defaults of horizontal pod autoscalers. */
final class AutoscalerDefaults {
  private AutoscalerDefaults() {}

  static void v1(JsonObject autoscaler) {
    Absent.put(autoscaler.ensureObject("spec"), "minReplicas", 1);
  }

  static void v2(JsonObject autoscaler) {
    JsonObject spec = autoscaler.ensureObject("spec");
    Absent.put(spec, "minReplicas", 1);
    if (spec.objects("metrics").isEmpty()) {
      JsonObject target = JsonObject.of("type", "Utilization", "averageUtilization", 80);
      spec.put(
          "metrics",
          List.of(
              JsonObject.of(
                  "type", "Resource", "resource", JsonObject.of("name", "cpu", "target", target))));
    }
    JsonObject behavior = spec.object("behavior");
    if (behavior != null) {
      rules(behavior.ensureObject("scaleUp"), 0, policy("Pods", 4, 15), policy("Percent", 100, 15));
      JsonObject down = behavior.ensureObject("scaleDown");
      Absent.put(down, "selectPolicy", "Max");
      if (down.objects("policies").isEmpty()) {
        down.put("policies", JsonArray.of(policy("Percent", 100, 15)));
      }
    }
  }

  private static void rules(JsonObject rules, int window, JsonObject... policies) {
    Absent.put(rules, "stabilizationWindowSeconds", window);
    Absent.put(rules, "selectPolicy", "Max");
    if (rules.objects("policies").isEmpty()) {
      rules.put("policies", List.of(policies));
    }
  }

  private static JsonObject policy(String type, int value, int period) {
    return JsonObject.of("type", type, "value", value, "periodSeconds", period);
  }
}
