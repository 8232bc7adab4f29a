package kontiki.orchestrator.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;
import kontiki.orchestrator.scheduler.plugin.BalancedAllocation;
import kontiki.orchestrator.scheduler.plugin.ClusterChange;
import kontiki.orchestrator.scheduler.plugin.FilterPlugin;
import kontiki.orchestrator.scheduler.plugin.ImageLocality;
import kontiki.orchestrator.scheduler.plugin.InterPodAffinity;
import kontiki.orchestrator.scheduler.plugin.NodeAffinityRule;
import kontiki.orchestrator.scheduler.plugin.NodeName;
import kontiki.orchestrator.scheduler.plugin.NodePorts;
import kontiki.orchestrator.scheduler.plugin.NodeResourcesFit;
import kontiki.orchestrator.scheduler.plugin.NodeUnschedulable;
import kontiki.orchestrator.scheduler.plugin.PodTopologySpread;
import kontiki.orchestrator.scheduler.plugin.ScorePlugin;
import kontiki.orchestrator.scheduler.plugin.TaintToleration;
import kontiki.orchestrator.scheduler.plugin.Verdict;

/**
 * Chooses a node for a pod: every filter must agree, then the best sum of weighted scores wins.
 * Pure but for the random choice among equals. In a large cluster it stops filtering when it has
 * enough nodes to choose from, and starts behind them the next time.
 */
public final class Placement {
  /** With so many nodes or fewer all are looked at. */
  static final int LEAST_NODES = 100;

  private static final int LEAST_PERCENT = 5;

  private final List<FilterPlugin> filters;
  private final List<ScorePlugin> scorers;
  private int start;

  /** With every plugin there is, in the framework's order. */
  public Placement() {
    TaintToleration taints = new TaintToleration();
    NodeAffinityRule affinity = new NodeAffinityRule();
    NodeResourcesFit resources = new NodeResourcesFit();
    PodTopologySpread spread = new PodTopologySpread();
    InterPodAffinity pods = new InterPodAffinity();
    this.filters =
        List.of(
            new NodeUnschedulable(),
            new NodeName(),
            taints,
            affinity,
            new NodePorts(),
            resources,
            spread,
            pods);
    this.scorers =
        List.of(
            taints,
            affinity,
            resources,
            spread,
            pods,
            new BalancedAllocation(),
            new ImageLocality());
  }

  /** The changes after which pods that these plugins refused are worth another try. */
  public Set<ClusterChange> helpedBy(Set<String> plugins) {
    Set<ClusterChange> out = new LinkedHashSet<>();
    for (FilterPlugin filter : filters) {
      if (plugins.contains(filter.name())) {
        out.addAll(filter.helpedBy());
      }
    }
    return out;
  }

  /** Looks for a node. */
  public Decision decide(PodInfo pod, Snapshot snapshot, RandomGenerator random) {
    List<NodeInfo> nodes = snapshot.nodes();
    if (nodes.isEmpty()) {
      return new Decision.Unschedulable("no nodes available to schedule pods", Set.of("NodeName"));
    }
    List<FilterPlugin.NodeTest> tests =
        filters.stream().map(filter -> filter.prepare(pod, snapshot)).toList();
    Map<String, Integer> reasons = new TreeMap<>();
    Set<String> refusing = new TreeSet<>();
    List<NodeInfo> feasible = new ArrayList<>();
    int enough = enough(nodes.size());
    int looked = 0;
    for (; looked < nodes.size() && feasible.size() < enough; looked++) {
      NodeInfo node = nodes.get((start + looked) % nodes.size());
      if (fits(node, tests, reasons, refusing)) {
        feasible.add(node);
      }
    }
    start = (start + looked) % nodes.size();
    if (feasible.isEmpty()) {
      return new Decision.Unschedulable(message(nodes.size(), reasons), refusing);
    }
    NodeInfo best = feasible.size() == 1 ? feasible.get(0) : best(pod, snapshot, feasible, random);
    return new Decision.Placed(best.name(), feasible.size());
  }

  private boolean fits(
      NodeInfo node,
      List<FilterPlugin.NodeTest> tests,
      Map<String, Integer> reasons,
      Set<String> refusing) {
    for (int i = 0; i < tests.size(); i++) {
      if (tests.get(i).test(node) instanceof Verdict.Refused refused) {
        refused.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        refusing.add(filters.get(i).name());
        return false;
      }
    }
    return true;
  }

  private static String message(int nodes, Map<String, Integer> reasons) {
    String list =
        reasons.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .sorted()
            .collect(Collectors.joining(", "));
    return "0/" + nodes + " nodes are available: " + list + ".";
  }

  private static int enough(int nodes) {
    if (nodes <= LEAST_NODES) {
      return nodes;
    }
    int percent = Math.max(LEAST_PERCENT, 50 - nodes / 125);
    return Math.max(LEAST_NODES, nodes * percent / 100);
  }

  private NodeInfo best(
      PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible, RandomGenerator random) {
    long[] sums = new long[feasible.size()];
    for (ScorePlugin scorer : scorers) {
      long[] scores = scorer.score(pod, snapshot, feasible);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += scores[i] * scorer.weight();
      }
    }
    int best = 0;
    int equals = 1;
    for (int i = 1; i < sums.length; i++) {
      if (sums[i] > sums[best]) {
        best = i;
        equals = 1;
      } else if (sums[i] == sums[best] && random.nextInt(++equals) == 0) {
        best = i;
      }
    }
    return feasible.get(best);
  }
}
