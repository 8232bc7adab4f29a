package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import kontiki.node.kubelet.plan.Containers;
import org.jspecify.annotations.Nullable;

/** The fields of a pod that it may show to itself (docs: "Downward API"). */
public final class Fields {
  private final List<String> podIps;
  private final String hostIp;
  private final Map<String, Quantity> nodeAllocatable;

  /** Addresses come from the node, not from the pod's status, which lags behind. */
  public Fields(List<String> podIps, String hostIp, Map<String, Quantity> nodeAllocatable) {
    this.podIps = List.copyOf(podIps);
    this.hostIp = hostIp;
    this.nodeAllocatable = Map.copyOf(nodeAllocatable);
  }

  /**
   * The value of a field path such as {@code metadata.labels['app']}.
   *
   * @throws ContainerConfigException when there is no such field
   */
  public String field(Pod pod, String path) {
    int bracket = path.indexOf("['");
    if (bracket > 0 && path.endsWith("']")) {
      String key = path.substring(bracket + 2, path.length() - 2);
      Map<String, String> entries = entries(pod, path.substring(0, bracket));
      return entries.getOrDefault(key, "");
    }
    return switch (path) {
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.namespace" -> pod.getMetadata().getNamespace();
      case "metadata.uid" -> pod.getMetadata().getUid();
      case "metadata.labels", "metadata.annotations" -> lines(entries(pod, path));
      case "spec.nodeName" -> Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
      case "spec.serviceAccountName" ->
          Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "");
      case "status.hostIP", "status.hostIPs" -> hostIp;
      case "status.podIP" -> podIps.isEmpty() ? "" : podIps.getFirst();
      case "status.podIPs" -> String.join(",", podIps);
      default -> throw new ContainerConfigException("fieldPath \"" + path + "\" is not supported");
    };
  }

  /**
   * The amount of a resource such as {@code limits.cpu}, in units of the divisor, rounded up. A
   * limit that is not set is what the node has.
   */
  public String resource(Pod pod, @Nullable Container own, ResourceFieldSelector selector) {
    Container container =
        selector.getContainerName() == null || selector.getContainerName().isEmpty()
            ? own
            : Containers.named(pod.getSpec(), selector.getContainerName());
    if (container == null) {
      throw new ContainerConfigException(
          "resourceFieldRef names no container: " + selector.getContainerName());
    }
    String[] parts = selector.getResource().split("\\.", 2);
    Quantity amount =
        switch (parts[0]) {
          case "limits" -> PodResources.limit(container, parts[1]);
          case "requests" -> PodResources.request(container, parts[1]);
          default ->
              throw new ContainerConfigException(
                  "resource \"" + selector.getResource() + "\" is not supported");
        };
    if (amount == null && parts[0].equals("limits")) {
      amount = nodeAllocatable.get(parts[1]);
    }
    BigDecimal value = amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
    Quantity divisor = selector.getDivisor();
    if (divisor != null && divisor.getNumericalAmount().signum() > 0) {
      value = value.divide(divisor.getNumericalAmount(), 0, RoundingMode.CEILING);
    }
    return value.setScale(0, RoundingMode.CEILING).toPlainString();
  }

  private static Map<String, String> entries(Pod pod, String path) {
    Map<String, String> entries =
        switch (path) {
          case "metadata.labels" -> pod.getMetadata().getLabels();
          case "metadata.annotations" -> pod.getMetadata().getAnnotations();
          default ->
              throw new ContainerConfigException("fieldPath \"" + path + "\" is not supported");
        };
    return entries == null ? Map.of() : entries;
  }

  /** As the downward API's files have them: {@code key="value"}, sorted. */
  private static String lines(Map<String, String> entries) {
    return entries.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry ->
            entry.getKey()
                + "=\""
                + entry.getValue().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + "\"")
        .collect(Collectors.joining("\n"));
  }
}
