package kontiki.orchestrator.controllers.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.client.Timestamps;
import org.jspecify.annotations.Nullable;

/** What a node's conditions mean, and the taints that follow from them. Pure. */
final class NodeHealth {
  static final String NOT_READY = "node.kubernetes.io/not-ready";
  static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
  static final String NO_SCHEDULE = "NoSchedule";
  static final String NO_EXECUTE = "NoExecute";

  private static final Map<String, String> PRESSURES = pressures();

  private NodeHealth() {}

  private static Map<String, String> pressures() {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("MemoryPressure", "node.kubernetes.io/memory-pressure");
    out.put("DiskPressure", "node.kubernetes.io/disk-pressure");
    out.put("PIDPressure", "node.kubernetes.io/pid-pressure");
    out.put("NetworkUnavailable", "node.kubernetes.io/network-unavailable");
    return out;
  }

  static Optional<NodeCondition> condition(Node node, String type) {
    if (node.getStatus() == null || node.getStatus().getConditions() == null) {
      return Optional.empty();
    }
    return node.getStatus().getConditions().stream()
        .filter(c -> type.equals(c.getType()))
        .findFirst();
  }

  /** True, False or Unknown; Unknown also where the node has never said. */
  static String ready(Node node) {
    return condition(node, "Ready").map(NodeCondition::getStatus).orElse("Unknown");
  }

  static List<Taint> taints(Node node) {
    return node.getSpec() == null || node.getSpec().getTaints() == null
        ? List.of()
        : node.getSpec().getTaints();
  }

  /**
   * The taints that the node should have: those of others as they are, those of conditions as the
   * conditions say. A taint that stays keeps its time.
   *
   * @param evict false to put no evicting taint, because every node is lost and the fault is ours
   */
  static List<Taint> wanted(Node node, boolean evict, Instant now) {
    List<Taint> out = new ArrayList<>();
    for (Taint taint : taints(node)) {
      if (!isOurs(taint)) {
        out.add(taint);
      }
    }
    String ready = ready(node);
    if (!ready.equals("True")) {
      boolean known = condition(node, "Ready").isPresent();
      String key = ready.equals("Unknown") && known ? UNREACHABLE : NOT_READY;
      out.add(keepOrMake(node, key, NO_SCHEDULE, now));
      if (evict) {
        out.add(keepOrMake(node, key, NO_EXECUTE, now));
      }
    }
    PRESSURES.forEach((type, key) -> {
      if (condition(node, type).filter(c -> "True".equals(c.getStatus())).isPresent()) {
        out.add(keepOrMake(node, key, NO_SCHEDULE, now));
      }
    });
    if (node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
      out.add(keepOrMake(node, UNSCHEDULABLE, NO_SCHEDULE, now));
    }
    return out;
  }

  private static boolean isOurs(Taint taint) {
    String key = taint.getKey();
    return key.equals(NOT_READY)
        || key.equals(UNREACHABLE)
        || key.equals(UNSCHEDULABLE)
        || PRESSURES.containsValue(key);
  }

  private static Taint keepOrMake(Node node, String key, String effect, Instant now) {
    return taints(node).stream()
        .filter(t -> key.equals(t.getKey()) && effect.equals(t.getEffect()))
        .findFirst()
        .orElseGet(() ->
            new TaintBuilder()
                .withKey(key)
                .withEffect(effect)
                .withTimeAdded(Timestamps.format(now))
                .build());
  }

  /** The conditions of a node that fell silent: what the node itself reports is unknown now. */
  static List<NodeCondition> silenced(Node node, Instant now) {
    List<NodeCondition> out = new ArrayList<>();
    Map<String, NodeCondition> left = new LinkedHashMap<>();
    for (String type : List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")) {
      NodeCondition before = condition(node, type).orElse(null);
      boolean already = before != null && "Unknown".equals(before.getStatus());
      left.put(type, already ? before : unknown(node, type, before, now));
    }
    if (node.getStatus() != null) {
      for (NodeCondition condition : node.getStatus().getConditions()) {
        NodeCondition changed = left.remove(condition.getType());
        out.add(changed == null ? condition : changed);
      }
    }
    out.addAll(left.values());
    return out;
  }

  private static NodeCondition unknown(
      Node node, String type, @Nullable NodeCondition before, Instant now) {
    boolean never = before == null;
    return new NodeConditionBuilder()
        .withType(type)
        .withStatus("Unknown")
        .withReason(never ? "NodeStatusNeverUpdated" : "NodeStatusUnknown")
        .withMessage(
            never ? "Kubelet never posted node status." : "Kubelet stopped posting node status.")
        .withLastHeartbeatTime(
            before == null
                ? node.getMetadata().getCreationTimestamp()
                : before.getLastHeartbeatTime())
        .withLastTransitionTime(Timestamps.format(now))
        .build();
  }
}
