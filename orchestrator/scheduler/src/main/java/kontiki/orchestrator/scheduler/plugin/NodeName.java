package kontiki.orchestrator.scheduler.plugin;

import java.util.Set;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Honours a node that the pod names itself. */
public final class NodeName implements FilterPlugin {
  @Override
  public String name() {
    return "NodeName";
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    String wanted = Pods.nodeName(pod.pod());
    if (wanted.isEmpty()) {
      return NodeTest.ALL;
    }
    return node ->
        node.name().equals(wanted)
            ? Verdict.OK
            : Verdict.never("node(s) didn't match the requested node name");
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(ClusterChange.NODE_ADDED);
  }
}
