package kontiki.orchestrator.scheduler.model;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.LabelSelectors;

/**
 * A node and the pods on it, with sums. Immutable; a change makes a new one.
 *
 * @param maxPods how many pods the node takes
 * @param comparable the sum of {@link PodInfo#comparable}
 * @param images bytes of each image on the node, by each of its names
 */
public record NodeInfo(
    Node node,
    List<PodInfo> pods,
    Resources allocatable,
    long maxPods,
    Resources requested,
    Resources comparable,
    Map<String, Long> images) {

  public static NodeInfo of(Node node, Collection<PodInfo> pods) {
    Map<String, Quantity> allocatable =
        node.getStatus() == null ? null : node.getStatus().getAllocatable();
    Quantity most = allocatable == null ? null : allocatable.get("pods");
    Resources requested = Resources.NONE;
    Resources comparable = Resources.NONE;
    for (PodInfo pod : pods) {
      requested = requested.plus(pod.requests());
      comparable = comparable.plus(pod.comparable());
    }
    return new NodeInfo(
        node,
        List.copyOf(pods),
        Resources.of(allocatable),
        most == null ? 0 : Quantity.getAmountInBytes(most).longValue(),
        requested,
        comparable,
        images(node));
  }

  private static Map<String, Long> images(Node node) {
    if (node.getStatus() == null || node.getStatus().getImages() == null) {
      return Map.of();
    }
    Map<String, Long> out = new HashMap<>();
    for (ContainerImage image : node.getStatus().getImages()) {
      long bytes = image.getSizeBytes() == null ? 0 : image.getSizeBytes();
      image.getNames().forEach(name -> out.put(name, bytes));
    }
    return Map.copyOf(out);
  }

  public String name() {
    return node.getMetadata().getName();
  }

  public Map<String, String> labels() {
    return LabelSelectors.labels(node);
  }

  public List<Taint> taints() {
    return node.getSpec() == null || node.getSpec().getTaints() == null
        ? List.of()
        : node.getSpec().getTaints();
  }

  public boolean unschedulable() {
    return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }
}
