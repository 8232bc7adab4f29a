package kontiki.orchestrator.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import java.util.List;
import java.util.Set;
import kontiki.orchestrator.client.NodeSelectors;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;
import org.jspecify.annotations.Nullable;

/** Honours the pod's node selector and node affinity: the plugin NodeAffinity. */
public final class NodeAffinityRule implements FilterPlugin, ScorePlugin {
  @Override
  public String name() {
    return "NodeAffinity";
  }

  @Override
  public int weight() {
    return 2;
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    return node ->
        matches(pod, node)
            ? Verdict.OK
            : Verdict.never("node(s) didn't match Pod's node affinity/selector");
  }

  /** Whether the node has what the pod requires of it. */
  static boolean matches(PodInfo pod, NodeInfo node) {
    return NodeSelectors.matches(pod.pod().getSpec(), node.node());
  }

  private static @Nullable NodeAffinity affinity(PodInfo pod) {
    Affinity affinity = pod.pod().getSpec().getAffinity();
    return affinity == null ? null : affinity.getNodeAffinity();
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    long[] scores = new long[nodes.size()];
    NodeAffinity affinity = affinity(pod);
    if (affinity == null) {
      return scores;
    }
    for (PreferredSchedulingTerm term :
        affinity.getPreferredDuringSchedulingIgnoredDuringExecution()) {
      for (int i = 0; i < scores.length; i++) {
        if (NodeSelectors.matches(term.getPreference(), nodes.get(i).node())) {
          scores[i] += term.getWeight();
        }
      }
    }
    return ScorePlugin.normalize(scores, false);
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(ClusterChange.NODE_ADDED, ClusterChange.NODE_LABELS);
  }
}
