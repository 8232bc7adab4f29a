package kontiki.orchestrator.apiserver.registry;

import java.util.Objects;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Horizontal pod autoscalers between autoscaling/v1 and autoscaling/v2. Version 1 knows one metric,
 * the CPU utilization; what else version 2 has it carries in annotations, as Kubernetes does. Pure.
 */
final class AutoscalerConversion {
  private static final String METRICS = "autoscaling.alpha.kubernetes.io/metrics";
  private static final String CURRENT = "autoscaling.alpha.kubernetes.io/current-metrics";
  private static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";
  private static final String BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";

  private AutoscalerConversion() {}

  static JsonObject convert(JsonObject autoscaler, String toVersion) {
    JsonObject copy = autoscaler.deepCopy();
    copy.put("apiVersion", "autoscaling/" + toVersion);
    return toVersion.equals("v1") ? toOld(copy) : toNew(copy);
  }

  private static JsonObject toOld(JsonObject object) {
    JsonObject spec = object.ensureObject("spec");
    JsonArray others = new JsonArray();
    for (JsonObject metric : spec.objects("metrics")) {
      Long utilization = cpuUtilization(metric, "target");
      if (utilization != null && !spec.has("targetCPUUtilizationPercentage")) {
        spec.put("targetCPUUtilizationPercentage", utilization);
      } else {
        others.append(metric);
      }
    }
    spec.remove("metrics");
    annotate(object, METRICS, others.isEmpty() ? null : others);
    annotate(object, BEHAVIOR, spec.remove("behavior"));
    JsonObject status = object.object("status");
    if (status != null) {
      for (JsonObject metric : status.objects("currentMetrics")) {
        Long utilization = cpuUtilization(metric, "current");
        if (utilization != null) {
          status.put("currentCPUUtilizationPercentage", utilization);
        }
      }
      annotate(object, CURRENT, status.remove("currentMetrics"));
      annotate(object, CONDITIONS, status.remove("conditions"));
    }
    return object;
  }

  private static @Nullable Long cpuUtilization(JsonObject metric, String where) {
    JsonObject resource = metric.object("resource");
    boolean cpu =
        resource != null
            && metric.string("type", "").equals("Resource")
            && resource.string("name", "").equals("cpu");
    return cpu ? Objects.requireNonNull(resource).integerAt(where, "averageUtilization") : null;
  }

  private static void annotate(JsonObject object, String key, @Nullable Object value) {
    if (value != null) {
      object.ensureObject("metadata").ensureObject("annotations").put(key, Json.writeText(value));
    }
  }

  private static JsonObject toNew(JsonObject object) {
    JsonObject spec = object.ensureObject("spec");
    JsonArray metrics = new JsonArray();
    Object utilization = spec.remove("targetCPUUtilizationPercentage");
    if (utilization != null) {
      JsonObject target = JsonObject.of("type", "Utilization", "averageUtilization", utilization);
      metrics.append(
          JsonObject.of(
              "type", "Resource", "resource", JsonObject.of("name", "cpu", "target", target)));
    }
    if (annotation(object, METRICS) instanceof JsonArray others) {
      metrics.addAll(others);
    }
    if (!metrics.isEmpty()) {
      spec.put("metrics", metrics);
    }
    Object behavior = annotation(object, BEHAVIOR);
    if (behavior != null) {
      spec.put("behavior", behavior);
    }
    JsonObject status = object.object("status");
    Object current = annotation(object, CURRENT);
    Object conditions = annotation(object, CONDITIONS);
    if (status != null) {
      status.remove("currentCPUUtilizationPercentage");
      if (current != null) {
        status.put("currentMetrics", current);
      }
      if (conditions != null) {
        status.put("conditions", conditions);
      }
    }
    return object;
  }

  /** Takes an annotation away and returns what it holds. */
  private static @Nullable Object annotation(JsonObject object, String key) {
    JsonObject annotations = object.objectAt("metadata", "annotations");
    if (annotations == null || !(annotations.remove(key) instanceof String text)) {
      return null;
    }
    if (annotations.isEmpty()) {
      object.ensureObject("metadata").remove("annotations");
    }
    return Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
