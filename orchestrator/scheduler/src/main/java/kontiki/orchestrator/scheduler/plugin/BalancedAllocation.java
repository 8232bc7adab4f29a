package kontiki.orchestrator.scheduler.plugin;

import java.util.List;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Resources;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Prefers nodes whose processor and memory would be used in like parts. */
public final class BalancedAllocation implements ScorePlugin {
  @Override
  public String name() {
    return "NodeResourcesBalancedAllocation";
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    long[] scores = new long[nodes.size()];
    for (int i = 0; i < scores.length; i++) {
      NodeInfo node = nodes.get(i);
      Resources then = node.requested().plus(pod.requests());
      double cpu = part(then.milliCpu(), node.allocatable().milliCpu());
      double memory = part(then.memory(), node.allocatable().memory());
      scores[i] = (long) ((1 - Math.abs(cpu - memory) / 2) * MOST);
    }
    return scores;
  }

  private static double part(long used, long all) {
    return all == 0 ? 1 : Math.min(1, (double) used / all);
  }
}
