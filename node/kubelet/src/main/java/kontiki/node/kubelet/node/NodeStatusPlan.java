package kontiki.node.kubelet.node;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.ContainerImageBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddressBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.node.cri.pb.Image;
import kontiki.node.cri.pb.RuntimeCondition;
import kontiki.node.cri.pb.StatusResponse;
import kontiki.node.kubelet.KubeletConfig;
import org.jspecify.annotations.Nullable;

/** Makes the node object and its status. Pure. */
public final class NodeStatusPlan {
  /** How many images a node tells of. */
  static final int MAX_IMAGES = 50;

  /** Whether the engine can run pods; the problem is empty when it can. */
  public record RuntimeHealth(String problem) {
    public static final RuntimeHealth GOOD = new RuntimeHealth("");

    public boolean good() {
      return problem.isEmpty();
    }

    /** What an engine's answer means; its words are those that people search for. */
    public static RuntimeHealth of(StatusResponse response) {
      for (RuntimeCondition condition : response.getStatus().getConditionsList()) {
        if (!condition.getStatus()) {
          String what =
              condition.getType().equals("NetworkReady")
                  ? "container runtime network not ready"
                  : "container runtime not ready";
          return new RuntimeHealth(
              "%s: %s=false reason:%s message:%s"
                  .formatted(
                      what, condition.getType(), condition.getReason(), condition.getMessage()));
        }
      }
      return GOOD;
    }
  }

  private NodeStatusPlan() {}

  /** The labels that the kubelet owns. */
  static Map<String, String> labels(KubeletConfig config, NodeFacts facts) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("beta.kubernetes.io/arch", facts.info().getArchitecture());
    labels.put("beta.kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", facts.info().getArchitecture());
    labels.put("kubernetes.io/hostname", config.nodeName());
    labels.put("kubernetes.io/os", "linux");
    return labels;
  }

  /** The node to register. */
  static Node node(KubeletConfig config, NodeFacts facts, NodeStatus status) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(config.nodeName())
        .withLabels(labels(config, facts))
        .addToAnnotations("volumes.kubernetes.io/controller-managed-attach-detach", "true")
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withStatus(status)
        .build();
  }

  /**
   * The status now.
   *
   * @param before conditions as last written, for the times of their transitions
   */
  static NodeStatus status(
      KubeletConfig config,
      NodeFacts facts,
      RuntimeHealth health,
      List<Image> images,
      List<NodeCondition> before,
      Instant now) {
    return new NodeStatusBuilder()
        .withAddresses(
            new NodeAddressBuilder().withType("InternalIP").withAddress(config.nodeIp()).build(),
            new NodeAddressBuilder().withType("Hostname").withAddress(config.nodeName()).build())
        .withCapacity(facts.capacity())
        .withAllocatable(facts.capacity())
        .withNewDaemonEndpoints()
        .withNewKubeletEndpoint(config.port())
        .endDaemonEndpoints()
        .withNodeInfo(facts.info())
        .withImages(images(images))
        .withConditions(
            condition(
                before,
                now,
                "MemoryPressure",
                false,
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available"),
            condition(
                before,
                now,
                "DiskPressure",
                false,
                "KubeletHasNoDiskPressure",
                "kubelet has no disk pressure"),
            condition(
                before,
                now,
                "PIDPressure",
                false,
                "KubeletHasSufficientPID",
                "kubelet has sufficient PID available"),
            health.good()
                ? condition(
                    before, now, "Ready", true, "KubeletReady", "kubelet is posting ready status")
                : condition(before, now, "Ready", false, "KubeletNotReady", health.problem()))
        .build();
  }

  private static List<ContainerImage> images(List<Image> images) {
    return images.stream()
        .filter(image -> image.getRepoTagsCount() + image.getRepoDigestsCount() > 0)
        .sorted(Comparator.comparingLong(Image::getSize).reversed().thenComparing(Image::getId))
        .limit(MAX_IMAGES)
        .map(image ->
            new ContainerImageBuilder()
                .addAllToNames(image.getRepoDigestsList())
                .addAllToNames(image.getRepoTagsList())
                .withSizeBytes(image.getSize())
                .build())
        .toList();
  }

  private static NodeCondition condition(
      List<NodeCondition> before,
      Instant now,
      String type,
      boolean is,
      String reason,
      String message) {
    String status = is ? "True" : "False";
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    NodeCondition old =
        before.stream().filter(one -> one.getType().equals(type)).findFirst().orElse(null);
    return new NodeConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastHeartbeatTime(time)
        .withLastTransitionTime(since(old, status, time))
        .build();
  }

  private static String since(@Nullable NodeCondition old, String status, String now) {
    return old != null && status.equals(old.getStatus()) && old.getLastTransitionTime() != null
        ? old.getLastTransitionTime()
        : now;
  }
}
