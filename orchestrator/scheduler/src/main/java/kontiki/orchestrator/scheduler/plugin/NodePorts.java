package kontiki.orchestrator.scheduler.plugin;

import java.util.List;
import java.util.Set;
import kontiki.orchestrator.scheduler.model.HostPort;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Keeps two pods from taking the same port of a node. */
public final class NodePorts implements FilterPlugin {
  @Override
  public String name() {
    return "NodePorts";
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    List<HostPort> wanted = pod.hostPorts();
    if (wanted.isEmpty()) {
      return NodeTest.ALL;
    }
    return node ->
        taken(node, wanted)
            ? Verdict.refused("node(s) didn't have free ports for the requested pod ports")
            : Verdict.OK;
  }

  private static boolean taken(NodeInfo node, List<HostPort> wanted) {
    return node.pods().stream()
        .flatMap(pod -> pod.hostPorts().stream())
        .anyMatch(used -> wanted.stream().anyMatch(used::conflicts));
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(ClusterChange.NODE_ADDED, ClusterChange.POD_GONE);
  }
}
