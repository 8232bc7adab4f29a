package kontiki.orchestrator.controllers.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Indexes;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.Timestamps;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Marks nodes that fell silent, and keeps the taints that follow from nodes' conditions. A node is
 * silent when neither its lease nor its Ready condition was seen to change for the grace period;
 * nodes' clocks are not read. Level-triggered by node name.
 */
public final class NodeLifecycleController implements Controller {
  private static final String LEASES = "kube-node-lease";
  private static final Duration PERIOD = Duration.ofSeconds(5);

  /** The last sign of life that was seen, and when. */
  private record Sign(Object content, Instant seen) {}

  private final Resource<Node> nodes;
  private final Resource<Pod> pods;
  private final Store<Node> nodeStore;
  private final Store<Lease> leaseStore;
  private final Store<Pod> podStore;
  private final Events events;
  private final InstantSource clock;
  private final Duration grace;
  private final Map<String, Sign> signs = new ConcurrentHashMap<>();
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public NodeLifecycleController(ControllerContext context, Duration grace) {
    this.nodes = context.client().resource(Node.class);
    this.pods = context.client().resource(Pod.class);
    this.nodeStore = context.cluster().nodes.store();
    this.leaseStore = context.cluster().leases.store();
    this.podStore = context.cluster().pods.store();
    this.events = context.events().apply("node-controller");
    this.clock = context.clock();
    this.grace = grace;
    this.queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("node-lifecycle", queue, this::reconcile);
    context
        .cluster()
        .nodes
        .handler(ResourceHandler.each(node -> queue.add(node.getMetadata().getName())));
  }

  @Override
  public String name() {
    return "node-lifecycle";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String name) {
    Optional<Node> found = nodeStore.get(name);
    if (found.isEmpty()) {
      signs.remove(name);
      return null;
    }
    Node node = found.get();
    Instant now = clock.instant();
    boolean silent = isSilent(node, now);
    if (silent && !NodeHealth.ready(node).equals("Unknown")) {
      events.normal(node, "NodeNotReady", "Node " + name + " status is now: NodeNotReady");
    }
    if (silent && !allUnknown(node)) {
      nodes.mergePatchStatus(
          name, Map.of("status", Map.of("conditions", NodeHealth.silenced(node, now))));
      return PERIOD;
    }
    retaint(node, now);
    if (!NodeHealth.ready(node).equals("True")) {
      markPods(name, now);
    }
    return PERIOD;
  }

  private static boolean allUnknown(Node node) {
    return List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure").stream()
        .allMatch(type ->
            NodeHealth.condition(node, type)
                .filter(c -> "Unknown".equals(c.getStatus()))
                .isPresent());
  }

  private boolean isSilent(Node node, Instant now) {
    String name = node.getMetadata().getName();
    Object content =
        List.of(
            leaseStore
                .get(LEASES, name)
                .flatMap(lease -> Optional.ofNullable(lease.getSpec()))
                .map(spec -> String.valueOf(spec.getRenewTime()))
                .orElse(""),
            NodeHealth.condition(node, "Ready")
                .filter(c -> !"Unknown".equals(c.getStatus()))
                .map(NodeCondition::getLastHeartbeatTime)
                .orElse(""));
    Sign sign =
        signs.compute(
            name,
            (key, old) ->
                old == null || !old.content().equals(content) ? new Sign(content, now) : old);
    return now.isAfter(sign.seen().plus(grace));
  }

  private void retaint(Node node, Instant now) {
    boolean someReady = nodeStore.list().stream().anyMatch(n -> NodeHealth.ready(n).equals("True"));
    List<Taint> wanted = NodeHealth.wanted(node, someReady, now);
    Set<Taint> has = new HashSet<>(NodeHealth.taints(node));
    if (has.equals(new HashSet<>(wanted))) {
      return;
    }
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("resourceVersion", node.getMetadata().getResourceVersion());
    nodes.mergePatch(
        node.getMetadata().getName(), Map.of("metadata", meta, "spec", Map.of("taints", wanted)));
  }

  /** Pods of a node that is not ready take no traffic, whatever the silent node last said. */
  private void markPods(String node, Instant now) {
    for (Pod pod : podStore.byIndex(Indexes.NODE, node)) {
      if (!Pods.isReady(pod)) {
        continue;
      }
      List<PodCondition> conditions = new ArrayList<>(pod.getStatus().getConditions());
      conditions.replaceAll(c ->
          "Ready".equals(c.getType())
              ? new PodConditionBuilder(c)
                  .withStatus("False")
                  .withLastTransitionTime(Timestamps.format(now))
                  .build()
              : c);
      try {
        pods.inNamespace(pod.getMetadata().getNamespace())
            .mergePatchStatus(
                pod.getMetadata().getName(),
                Map.of(
                    "metadata",
                    Map.of(
                        "uid",
                        pod.getMetadata().getUid(),
                        "resourceVersion",
                        pod.getMetadata().getResourceVersion()),
                    "status",
                    Map.of("conditions", conditions)));
        events.warning(pod, "NodeNotReady", "Node is not ready");
      } catch (ApiException e) {
        if (!e.isNotFound() && !e.isConflict()) {
          throw e;
        }
      }
    }
  }
}
