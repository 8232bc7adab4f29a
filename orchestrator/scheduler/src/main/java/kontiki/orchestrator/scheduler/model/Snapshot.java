package kontiki.orchestrator.scheduler.model;

import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster at one moment, as one decision sees it.
 *
 * @param namespaceLabels the labels of each namespace
 * @param owners finds what a pod is a replica of
 */
public record Snapshot(
    List<NodeInfo> nodes, Map<String, Map<String, String>> namespaceLabels, Owners owners) {
  public Snapshot {
    nodes = List.copyOf(nodes);
  }

  /** Selects the pods that do the same work as a given one. */
  public interface Owners {
    /** The selector of the pod's services and its controller; empty where it has none. */
    Optional<LabelSelector> selectorOf(PodInfo pod);
  }

  public Map<String, String> labelsOfNamespace(String name) {
    return namespaceLabels.getOrDefault(name, Map.of());
  }
}
