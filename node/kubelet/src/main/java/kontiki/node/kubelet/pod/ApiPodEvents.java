package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import kontiki.node.kubelet.plan.Containers;
import kontiki.orchestrator.client.EventRecorder;
import org.jspecify.annotations.Nullable;

/** Writes the events of pods to the API server. */
public final class ApiPodEvents implements PodEvents {
  private final EventRecorder recorder;

  public ApiPodEvents(EventRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void event(Pod pod, @Nullable String container, Kind kind, String reason, String message) {
    recorder.record(
        EventRecorder.reference(pod, container == null ? null : path(pod, container)),
        switch (kind) {
          case NORMAL -> "Normal";
          case WARNING -> "Warning";
        },
        reason,
        message);
  }

  /** Where the container is in the pod, as {@code kubectl describe} shows it. */
  private static String path(Pod pod, String container) {
    boolean init =
        Containers.inits(pod.getSpec()).stream()
            .anyMatch(candidate -> candidate.getName().equals(container));
    return "spec." + (init ? "initContainers" : "containers") + "{" + container + "}";
  }
}
