package kontiki.orchestrator.scheduler.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Resources;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Keeps the sum of requests within what a node has, and prefers the emptiest (LeastAllocated). */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin {
  @Override
  public String name() {
    return "NodeResourcesFit";
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    return node -> test(pod, node);
  }

  private static Verdict test(PodInfo pod, NodeInfo node) {
    List<String> missing = new ArrayList<>();
    boolean resolvable = true;
    if (node.pods().size() + 1 > node.maxPods()) {
      missing.add("Too many pods");
    }
    Resources wanted = pod.requests();
    Resources all = node.allocatable();
    Resources used = node.requested();
    if (lacks(wanted.milliCpu(), used.milliCpu(), all.milliCpu())) {
      missing.add("Insufficient cpu");
      resolvable &= wanted.milliCpu() <= all.milliCpu();
    }
    if (lacks(wanted.memory(), used.memory(), all.memory())) {
      missing.add("Insufficient memory");
      resolvable &= wanted.memory() <= all.memory();
    }
    if (lacks(wanted.storage(), used.storage(), all.storage())) {
      missing.add("Insufficient ephemeral-storage");
      resolvable &= wanted.storage() <= all.storage();
    }
    for (var e : wanted.extended().entrySet()) {
      long there = all.extended().getOrDefault(e.getKey(), 0L);
      long taken = used.extended().getOrDefault(e.getKey(), 0L);
      if (lacks(e.getValue(), taken, there)) {
        missing.add("Insufficient " + e.getKey());
        resolvable &= e.getValue() <= there;
      }
    }
    return missing.isEmpty() ? Verdict.OK : new Verdict.Refused(missing, resolvable);
  }

  private static boolean lacks(long wanted, long used, long all) {
    return wanted > 0 && wanted > all - used;
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    long[] scores = new long[nodes.size()];
    for (int i = 0; i < scores.length; i++) {
      NodeInfo node = nodes.get(i);
      Resources then = node.comparable().plus(pod.comparable());
      scores[i] =
          (free(then.milliCpu(), node.allocatable().milliCpu())
                  + free(then.memory(), node.allocatable().memory()))
              / 2;
    }
    return scores;
  }

  private static long free(long used, long all) {
    return all == 0 || used > all ? 0 : (all - used) * MOST / all;
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(ClusterChange.NODE_ADDED, ClusterChange.NODE_RESOURCES, ClusterChange.POD_GONE);
  }
}
