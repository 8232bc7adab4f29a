package kontiki.orchestrator.controllers.nodeipam;

import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Gives each node without pod addresses a free range of the cluster's. All nodes are one key, so
 * that one worker at a time gives out ranges; what it gave but does not see yet it remembers.
 */
public final class NodeIpamController implements Controller {
  private static final String ALL = "nodes";
  private static final Duration RETRY_FULL = Duration.ofSeconds(10);

  private final Resource<Node> nodes;
  private final Store<Node> nodeStore;
  private final Events events;
  private final PodRanges ranges;
  private final Map<String, String> given = new HashMap<>();
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public NodeIpamController(ControllerContext context, PodRanges ranges) {
    this.nodes = context.client().resource(Node.class);
    this.nodeStore = context.cluster().nodes.store();
    this.events = context.events().apply("cidrAllocator");
    this.ranges = ranges;
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("node-ipam", queue, this::reconcile);
    context.cluster().nodes.handler(ResourceHandler.each(node -> queue.add(ALL)));
  }

  @Override
  public String name() {
    return "node-ipam";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String key) {
    Set<String> taken = new HashSet<>();
    Set<String> known = new HashSet<>();
    for (Node node : nodeStore.list()) {
      String uid = node.getMetadata().getUid();
      known.add(uid);
      String range = node.getSpec() == null ? null : node.getSpec().getPodCIDR();
      if (range != null && !range.isEmpty()) {
        taken.add(range);
        given.remove(uid);
      }
    }
    given.keySet().retainAll(known);
    taken.addAll(given.values());
    boolean full = false;
    for (Node node : nodeStore.list()) {
      full |= !give(node, taken);
    }
    return full ? RETRY_FULL : null;
  }

  /** Gives a node its range where it has none; false when no range is left. */
  private boolean give(Node node, Set<String> taken) {
    String uid = node.getMetadata().getUid();
    String has = node.getSpec() == null ? null : node.getSpec().getPodCIDR();
    if ((has != null && !has.isEmpty()) || given.containsKey(uid)) {
      return true;
    }
    Optional<String> range = ranges.next(taken);
    if (range.isEmpty()) {
      events.warning(node, "CIDRNotAvailable", "no pod address range is left in the cluster's");
      return false;
    }
    nodes.mergePatch(
        node.getMetadata().getName(),
        Map.of(
            "metadata", Map.of("uid", uid),
            "spec", Map.of("podCIDR", range.get(), "podCIDRs", List.of(range.get()))));
    given.put(uid, range.get());
    taken.add(range.get());
    return true;
  }
}
