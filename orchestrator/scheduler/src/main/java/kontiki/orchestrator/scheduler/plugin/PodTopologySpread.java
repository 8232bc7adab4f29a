package kontiki.orchestrator.scheduler.plugin;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Tolerations;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/**
 * Spreads like pods evenly over places. Pods without constraints of their own are spread over nodes
 * and zones by the system's default, counted with the pods of the same service and owner.
 */
public final class PodTopologySpread implements FilterPlugin, ScorePlugin {
  private static final String HOSTNAME = "kubernetes.io/hostname";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String REFUSED = "node(s) didn't match pod topology spread constraints";

  @Override
  public String name() {
    return "PodTopologySpread";
  }

  @Override
  public int weight() {
    return 2;
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    List<Count> counts = new ArrayList<>();
    for (TopologySpreadConstraint constraint : own(pod)) {
      if ("DoNotSchedule".equals(constraint.getWhenUnsatisfiable())) {
        counts.add(Count.of(pod, constraint, snapshot.nodes()));
      }
    }
    if (counts.isEmpty()) {
      return NodeTest.ALL;
    }
    return node -> test(pod, node, counts);
  }

  private static Verdict test(PodInfo pod, NodeInfo node, List<Count> counts) {
    for (Count count : counts) {
      TopologySpreadConstraint constraint = count.constraint();
      String value = node.labels().get(constraint.getTopologyKey());
      if (value == null) {
        return Verdict.never(REFUSED + " (missing required label)");
      }
      int self = LabelSelectors.matches(constraint.getLabelSelector(), pod.labels()) ? 1 : 0;
      int here = count.pods().getOrDefault(value, 0);
      if (here + self - count.least() > constraint.getMaxSkew()) {
        return Verdict.refused(REFUSED);
      }
    }
    return Verdict.OK;
  }

  /** How many like pods each place holds, among the places that the pod may use. */
  private record Count(TopologySpreadConstraint constraint, Map<String, Integer> pods, int least) {
    static Count of(PodInfo pod, TopologySpreadConstraint constraint, List<NodeInfo> nodes) {
      Map<String, Integer> perPlace = new HashMap<>();
      for (NodeInfo node : nodes) {
        String value = node.labels().get(constraint.getTopologyKey());
        if (value != null && counts(pod, constraint, node)) {
          perPlace.merge(value, like(pod, constraint, node), Integer::sum);
        }
      }
      int least = perPlace.values().stream().mapToInt(Integer::intValue).min().orElse(0);
      Integer domains = constraint.getMinDomains();
      boolean tooFew = domains != null && perPlace.size() < domains;
      return new Count(constraint, perPlace, tooFew ? 0 : least);
    }

    private static boolean counts(PodInfo pod, TopologySpreadConstraint constraint, NodeInfo node) {
      boolean affinity =
          "Ignore".equals(constraint.getNodeAffinityPolicy())
              || NodeAffinityRule.matches(pod, node);
      boolean taints =
          !"Honor".equals(constraint.getNodeTaintsPolicy())
              || node.taints().stream()
                  .filter(t -> !"PreferNoSchedule".equals(t.getEffect()))
                  .allMatch(t -> Tolerations.tolerated(t, pod.pod().getSpec().getTolerations()));
      return affinity && taints;
    }
  }

  private static int like(PodInfo pod, TopologySpreadConstraint constraint, NodeInfo node) {
    int count = 0;
    for (PodInfo other : node.pods()) {
      boolean same =
          other.namespace().equals(pod.namespace())
              && !other.terminating()
              && LabelSelectors.matches(constraint.getLabelSelector(), other.labels());
      count += same && sameKeys(constraint, pod, other) ? 1 : 0;
    }
    return count;
  }

  private static boolean sameKeys(TopologySpreadConstraint constraint, PodInfo pod, PodInfo other) {
    for (String key : constraint.getMatchLabelKeys()) {
      String own = pod.labels().get(key);
      if (own != null && !own.equals(other.labels().get(key))) {
        return false;
      }
    }
    return true;
  }

  private static List<TopologySpreadConstraint> own(PodInfo pod) {
    return pod.pod().getSpec().getTopologySpreadConstraints();
  }

  /** The pod's wishes; without any constraint of its own, the system's defaults. */
  private static List<TopologySpreadConstraint> wishes(PodInfo pod, Snapshot snapshot) {
    if (!own(pod).isEmpty()) {
      return own(pod).stream()
          .filter(c -> "ScheduleAnyway".equals(c.getWhenUnsatisfiable()))
          .toList();
    }
    Optional<LabelSelector> selector = snapshot.owners().selectorOf(pod);
    return selector
        .map(found -> List.of(wish(HOSTNAME, 3, found), wish(ZONE, 5, found)))
        .orElse(List.of());
  }

  private static TopologySpreadConstraint wish(String key, int skew, LabelSelector selector) {
    return new TopologySpreadConstraintBuilder()
        .withTopologyKey(key)
        .withMaxSkew(skew)
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withLabelSelector(selector)
        .build();
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    long[] scores = new long[nodes.size()];
    double[] crowds = new double[scores.length];
    for (TopologySpreadConstraint wish : wishes(pod, snapshot)) {
      Count count = Count.of(pod, wish, snapshot.nodes());
      double weight = Math.log(count.pods().size() + 2);
      for (int i = 0; i < scores.length; i++) {
        String value = nodes.get(i).labels().get(wish.getTopologyKey());
        if (value != null) {
          crowds[i] += count.pods().getOrDefault(value, 0) * weight + wish.getMaxSkew() - 1;
        }
      }
    }
    double most = 0;
    double least = Double.MAX_VALUE;
    for (double crowd : crowds) {
      most = Math.max(most, crowd);
      least = Math.min(least, crowd);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = most == 0 ? MOST : Math.round(MOST * (most + least - crowds[i]) / most);
    }
    return scores;
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(
        ClusterChange.NODE_ADDED,
        ClusterChange.NODE_LABELS,
        ClusterChange.POD_PLACED,
        ClusterChange.POD_GONE);
  }
}
