package kontiki.orchestrator.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Set;
import kontiki.orchestrator.client.Tolerations;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Keeps pods off nodes with taints that they do not tolerate, and prefers nodes with fewer. */
public final class TaintToleration implements FilterPlugin, ScorePlugin {
  @Override
  public String name() {
    return "TaintToleration";
  }

  @Override
  public int weight() {
    return 3;
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    List<Toleration> tolerations = pod.pod().getSpec().getTolerations();
    return node -> {
      for (Taint taint : node.taints()) {
        boolean counts =
            "NoSchedule".equals(taint.getEffect()) || "NoExecute".equals(taint.getEffect());
        if (counts && !Tolerations.tolerated(taint, tolerations)) {
          String value = taint.getValue() == null ? "" : taint.getValue();
          return Verdict.never(
              "node(s) had untolerated taint {" + taint.getKey() + ": " + value + "}");
        }
      }
      return Verdict.OK;
    };
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    List<Toleration> tolerations = pod.pod().getSpec().getTolerations();
    long[] scores = new long[nodes.size()];
    for (int i = 0; i < scores.length; i++) {
      for (Taint taint : nodes.get(i).taints()) {
        if ("PreferNoSchedule".equals(taint.getEffect())
            && !Tolerations.tolerated(taint, tolerations)) {
          scores[i]++;
        }
      }
    }
    return ScorePlugin.normalize(scores, true);
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(ClusterChange.NODE_ADDED, ClusterChange.NODE_TAINTS);
  }
}
