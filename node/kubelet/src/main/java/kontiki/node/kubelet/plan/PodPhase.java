package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;

/** The phase of a pod from the states of its containers, after the Pod lifecycle document. */
final class PodPhase {
  static final String PENDING = "Pending";
  static final String RUNNING = "Running";
  static final String SUCCEEDED = "Succeeded";
  static final String FAILED = "Failed";

  private PodPhase() {}

  static boolean over(String phase) {
    return phase.equals(SUCCEEDED) || phase.equals(FAILED);
  }

  /**
   * The phase.
   *
   * @param stopping nothing restarts any more: ended containers decide
   */
  static String of(
      PodSpec spec, List<ContainerStatus> inits, List<ContainerStatus> mains, boolean stopping) {
    boolean never = Containers.policy(spec) == RestartPolicy.NEVER;
    if (!stopping || mains.stream().allMatch(status -> status.getState().getWaiting() != null)) {
      for (int i = 0; i < inits.size(); i++) {
        Container init = Containers.inits(spec).get(i);
        ContainerStatus status = inits.get(i);
        if (Containers.sidecar(init) ? status.getStarted() : status.getReady()) {
          continue;
        }
        boolean failed = exitedBadly(status) && !Containers.sidecar(init);
        if (failed && (never || stopping)) {
          return FAILED;
        }
        boolean mainRan = mains.stream().anyMatch(PodPhase::everRan);
        if (!mainRan) {
          return PENDING;
        }
      }
    }
    return ofMains(spec, mains, stopping);
  }

  private static String ofMains(PodSpec spec, List<ContainerStatus> mains, boolean stopping) {
    int running = 0;
    int ended = 0;
    int succeeded = 0;
    for (ContainerStatus status : mains) {
      if (status.getState().getRunning() != null) {
        running++;
      } else if (status.getState().getTerminated() != null) {
        ended++;
        succeeded += status.getState().getTerminated().getExitCode() == 0 ? 1 : 0;
      } else if (status.getLastState().getTerminated() != null) {
        ended++;
      } else {
        return PENDING;
      }
    }
    if (running > 0) {
      return RUNNING;
    }
    boolean allGood = succeeded == ended;
    if (stopping) {
      return allGood ? SUCCEEDED : FAILED;
    }
    return switch (Containers.policy(spec)) {
      case ALWAYS -> RUNNING;
      case ON_FAILURE -> allGood ? SUCCEEDED : RUNNING;
      case NEVER -> allGood ? SUCCEEDED : FAILED;
    };
  }

  private static boolean everRan(ContainerStatus status) {
    return status.getState().getWaiting() == null || status.getLastState().getTerminated() != null;
  }

  private static boolean exitedBadly(ContainerStatus status) {
    return status.getState().getTerminated() != null
        && status.getState().getTerminated().getExitCode() != 0;
  }
}
