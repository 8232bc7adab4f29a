package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kontiki.node.kubelet.plan.PodActions;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.plan.StatusFacts;
import kontiki.node.kubelet.plan.StatusPlan;
import kontiki.node.kubelet.probe.Probes;
import org.jspecify.annotations.Nullable;

/** What is told of one pod, and was told last. Used by the pod's thread alone. */
final class PodReports {
  private final PodTools tools;
  private final Probes probes;
  private final ContainerStarts starts;
  private @Nullable PodStatus last;

  PodReports(PodTools tools, Probes probes, ContainerStarts starts) {
    this.tools = tools;
    this.probes = probes;
    this.starts = starts;
  }

  /** Whether nothing was told yet. */
  boolean none() {
    return last == null;
  }

  /** What was told last, or else what the source has. */
  @Nullable PodStatus newest(Pod pod) {
    return last == null ? pod.getStatus() : last;
  }

  /**
   * Tells the pod's status.
   *
   * @param actions what was decided, null where the pod ends
   * @param stopping nothing of the pod runs any more
   * @param failure why the pod ended, where that is not its containers' doing
   */
  void report(
      Pod pod,
      PodRuns runs,
      @Nullable PodActions actions,
      boolean stopping,
      StatusFacts.@Nullable Waiting failure) {
    Pod known = last == null ? pod : new PodBuilder(pod).withStatus(merged(pod, last)).build();
    PodStatus status =
        StatusPlan.of(
            new StatusFacts(
                known,
                runs,
                probes.health(),
                starts.waiting(),
                actions == null ? Map.of() : actions.backingOff(),
                tools.lastWords().of(pod, runs),
                stopping,
                failure,
                tools.config().nodeIp(),
                tools.clock().instant()),
            tools.runtimeName());
    last = status;
    tools.statuses().report(pod, status);
  }

  /** Our own last status, which may be ahead of the source, with the conditions of others. */
  private static PodStatus merged(Pod pod, PodStatus own) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? own
        : StatusPlan.withConditionsOfOthers(own, pod.getStatus().getConditions());
  }

  /** The containers that the API server knows as ready: a restarted kubelet believes it. */
  Set<String> readyBefore(Pod pod) {
    Set<String> ids = new LinkedHashSet<>();
    if (last == null && pod.getStatus() != null) {
      for (ContainerStatus status :
          Objects.requireNonNullElse(
              pod.getStatus().getContainerStatuses(), List.<ContainerStatus>of())) {
        if (Boolean.TRUE.equals(status.getReady()) && status.getContainerID() != null) {
          ids.add(status.getContainerID().replaceFirst("^.*://", ""));
        }
      }
    }
    return ids;
  }
}
