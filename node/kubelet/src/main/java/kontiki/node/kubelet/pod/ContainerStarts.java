package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import kontiki.node.cri.pb.Image;
import kontiki.node.kubelet.plan.Containers;
import kontiki.node.kubelet.plan.CrashLoop;
import kontiki.node.kubelet.plan.PodActions;
import kontiki.node.kubelet.plan.SandboxRun;
import kontiki.node.kubelet.plan.StatusFacts;
import kontiki.node.kubelet.runtime.Fields;

/**
 * Starts the containers of one pod, and remembers why one does not run yet and how often it ended.
 * Used by the pod's thread alone.
 */
final class ContainerStarts {
  /**
   * Where containers are started.
   *
   * @param volumes by their names, prepared on the node
   */
  record Place(
      Pod pod, SandboxRun sandbox, String podIp, Fields fields, Map<String, Path> volumes) {}

  private final PodTools tools;
  private final Runnable wake;
  private final Map<String, StatusFacts.Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, CrashLoop> crashLoops = new LinkedHashMap<>();

  /**
   * @param wake called when an image is there, or can be asked for again
   */
  ContainerStarts(PodTools tools, Runnable wake) {
    this.tools = tools;
    this.wake = wake;
  }

  /** Why containers wait that were to be started, by name. */
  Map<String, StatusFacts.Waiting> waiting() {
    return Map.copyOf(waiting);
  }

  Map<String, CrashLoop> crashLoops() {
    return Map.copyOf(crashLoops);
  }

  /** These containers wait for their time only. */
  void backOff(Set<String> names) {
    names.forEach(waiting::remove);
  }

  /**
   * Tries every start, so that one that fails does not hold up the others; whether any was made.
   *
   * @throws PodExecutor.StartFailure the first that failed
   */
  boolean start(PodActions actions, Place place) {
    boolean started = false;
    PodExecutor.StartFailure first = null;
    for (PodActions.Start start : actions.starts()) {
      try {
        started |= start(start, actions, place);
      } catch (PodExecutor.StartFailure failure) {
        first = first == null ? failure : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return started;
  }

  /** Starts a container if its image is there; whether it was started. */
  private boolean start(PodActions.Start start, PodActions actions, Place place) {
    Container container = Containers.named(place.pod.getSpec(), start.name());
    if (container == null) {
      return false;
    }
    switch (tools.pulls().ensure(place.pod, container, start.attempt(), wake)) {
      case ImagePulls.State.Pulling _ -> {
        waiting.remove(start.name());
        return false;
      }
      case ImagePulls.State.Absent absent -> {
        waiting.put(start.name(), new StatusFacts.Waiting(absent.reason(), absent.message()));
        return false;
      }
      case ImagePulls.State.Present present -> {
        start(container, start, present.image(), actions, place);
        return true;
      }
    }
  }

  private void start(
      Container container, PodActions.Start start, Image image, PodActions actions, Place place) {
    try {
      tools
          .executor()
          .start(
              place.pod,
              new PodExecutor.StartRequest(
                  container,
                  start.attempt(),
                  place.sandbox,
                  image,
                  place.fields,
                  place.volumes,
                  place.podIp));
      waiting.remove(start.name());
    } catch (PodExecutor.StartFailure failure) {
      waiting.put(
          start.name(),
          new StatusFacts.Waiting(failure.reason(), String.valueOf(failure.getMessage())));
      throw failure;
    } finally {
      CrashLoop loop = actions.crashLoops().get(start.name());
      if (loop != null) {
        crashLoops.put(start.name(), loop);
      }
    }
  }
}
