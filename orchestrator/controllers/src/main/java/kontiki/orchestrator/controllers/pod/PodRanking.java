package kontiki.orchestrator.controllers.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Timestamps;

/**
 * The order in which a controller deletes pods that are too many: first those whose loss costs
 * least. The order is that of Kubernetes' ActivePodsWithRanks.
 */
public final class PodRanking {
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  private PodRanking() {}

  /**
   * Chooses pods to delete.
   *
   * @param candidates the active pods of the controller
   * @param related active pods that count as doubled up on a node; may contain the candidates
   */
  public static List<Pod> choose(List<Pod> candidates, List<Pod> related, int count) {
    Map<String, Integer> perNode = new HashMap<>();
    for (Pod pod : related) {
      if (Pods.isActive(pod)) {
        perNode.merge(Pods.nodeName(pod), 1, Integer::sum);
      }
    }
    List<Pod> ranked = new ArrayList<>(candidates);
    ranked.sort(order(perNode));
    return List.copyOf(ranked.subList(0, Math.min(count, ranked.size())));
  }

  private static Comparator<Pod> order(Map<String, Integer> perNode) {
    return Comparator.comparing((Pod pod) -> !Pods.nodeName(pod).isEmpty())
        .thenComparing(PodRanking::phaseRank)
        .thenComparing(Pods::isReady)
        .thenComparing(PodRanking::deletionCost)
        .thenComparing(pod -> -perNode.getOrDefault(Pods.nodeName(pod), 0))
        .thenComparing(pod -> Pods.readySince(pod).orElse(Instant.MAX), Comparator.reverseOrder())
        .thenComparing(PodRanking::restarts, Comparator.reverseOrder())
        .thenComparing(PodRanking::created, Comparator.reverseOrder())
        .thenComparing(pod -> pod.getMetadata().getName());
  }

  private static int phaseRank(Pod pod) {
    return switch (Pods.phase(pod)) {
      case "Pending" -> 0;
      case "Unknown" -> 1;
      default -> 2;
    };
  }

  private static int deletionCost(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    String cost = annotations == null ? null : annotations.get(DELETION_COST);
    if (cost == null || !cost.matches("-?[0-9]{1,9}")) {
      return 0;
    }
    return Integer.parseInt(cost);
  }

  private static int restarts(Pod pod) {
    if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
      return 0;
    }
    int most = 0;
    for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
      most = Math.max(most, status.getRestartCount() == null ? 0 : status.getRestartCount());
    }
    return most;
  }

  private static Instant created(Pod pod) {
    return Timestamps.parse(pod.getMetadata().getCreationTimestamp()).orElse(Instant.MAX);
  }
}
