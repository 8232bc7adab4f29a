package kontiki.orchestrator.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.controllers.pod.PodClaim;
import kontiki.orchestrator.controllers.pod.PodRanking;

/**
 * What to do for one ReplicaSet now. Pure: the same view gives the same plan.
 *
 * @param claim the pods that are its own, to adopt and to release
 * @param create how many pods to create
 * @param delete which pods to delete
 */
record ReplicaSetPlan(PodClaim claim, int create, List<Pod> delete) {
  /** At most so many pods are created or deleted in one pass. */
  static final int BURST = 500;

  /**
   * Decides.
   *
   * @param pods the pods of the ReplicaSet's namespace
   * @param related pods of ReplicaSets with the same owner: where they double up, pods go first
   * @param settled whether all that was done before is visible in the pods
   */
  static ReplicaSetPlan decide(ReplicaSet set, List<Pod> pods, List<Pod> related, boolean settled) {
    PodClaim claim = PodClaim.of(set, set.getSpec().getSelector(), pods);
    if (!settled || set.getMetadata().getDeletionTimestamp() != null) {
      return new ReplicaSetPlan(claim, 0, List.of());
    }
    List<Pod> active = active(claim.owned());
    int wanted = replicas(set);
    int have = active.size() + claim.adopt().size();
    if (have < wanted) {
      return new ReplicaSetPlan(claim, Math.min(wanted - have, BURST), List.of());
    }
    int tooMany = Math.min(have - wanted, BURST);
    return new ReplicaSetPlan(claim, 0, PodRanking.choose(active, related, tooMany));
  }

  static List<Pod> active(List<Pod> pods) {
    return pods.stream().filter(Pods::isActive).toList();
  }

  static int replicas(ReplicaSet set) {
    Integer replicas = set.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }
}
