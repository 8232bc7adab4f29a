package kontiki.orchestrator.controllers.podgc;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import kontiki.orchestrator.client.Pods;

/**
 * Which pods to remove by force. Pure.
 *
 * @param orphaned pods on nodes that are not there any more
 * @param unscheduled pods being deleted that never had a node, so that no node confirms it
 * @param finished ended pods beyond the number that is kept
 */
record PodGcPlan(List<Pod> orphaned, List<Pod> unscheduled, List<Pod> finished) {
  /** How many ended pods are kept. */
  static final int KEPT = 12_500;

  static PodGcPlan decide(List<Pod> pods, Set<String> nodes, int kept) {
    List<Pod> orphaned = new ArrayList<>();
    List<Pod> unscheduled = new ArrayList<>();
    List<Pod> finished = new ArrayList<>();
    for (Pod pod : pods) {
      String node = Pods.nodeName(pod);
      if (!node.isEmpty() && !nodes.contains(node)) {
        orphaned.add(pod);
      } else if (node.isEmpty() && Pods.isTerminating(pod)) {
        unscheduled.add(pod);
      } else if (Pods.isFinished(pod)) {
        finished.add(pod);
      }
    }
    finished.sort(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
    int tooMany = Math.max(0, finished.size() - kept);
    return new PodGcPlan(orphaned, unscheduled, List.copyOf(finished.subList(0, tooMany)));
  }
}
