package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.FieldError;
import org.jspecify.annotations.Nullable;

/** Pods: their end is the kubelet's, and little of them can be changed. */
final class PodStrategy implements Strategy {
  @Override
  public void prepareForCreate(JsonObject pod, Instant now) {
    JsonObject spec = pod.ensureObject("spec");
    JsonObject status = JsonObject.of("phase", "Pending", "qosClass", QualityOfService.of(spec));
    pod.put("status", status);
  }

  @Override
  public void prepareForStatusUpdate(JsonObject pod, JsonObject old) {
    JsonObject status = pod.ensureObject("status");
    String before = old.stringAt("status", "qosClass");
    if (status.string("qosClass", "").isEmpty() && before != null) {
      status.put("qosClass", before);
    }
  }

  @Override
  public List<FieldError> validate(JsonObject pod) {
    return PodValidation.validate(pod.ensureObject("spec"), "spec");
  }

  @Override
  public List<FieldError> validateUpdate(JsonObject pod, JsonObject old) {
    return PodValidation.validateUpdate(pod.ensureObject("spec"), old.ensureObject("spec"));
  }

  /** A pod that nobody runs, or that has ended, needs no time to end. */
  @Override
  public long gracePeriodSeconds(JsonObject pod, @Nullable Long wanted) {
    JsonObject spec = pod.ensureObject("spec");
    String phase = pod.stringAt("status", "phase");
    boolean unscheduled = spec.string("nodeName", "").isEmpty();
    if (unscheduled || "Failed".equals(phase) || "Succeeded".equals(phase)) {
      return 0;
    }
    long grace =
        wanted != null ? wanted : Math.max(0, spec.integer("terminationGracePeriodSeconds", 30));
    return grace < 0 ? 1 : grace;
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }
}
