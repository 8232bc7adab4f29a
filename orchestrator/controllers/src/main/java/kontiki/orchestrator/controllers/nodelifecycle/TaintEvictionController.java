package kontiki.orchestrator.controllers.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Indexes;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Deletes pods from nodes with NoExecute taints that they do not tolerate, or no longer.
 * Level-triggered by pod key; a deadline in the future comes back when it is due.
 */
public final class TaintEvictionController implements Controller {
  private final Resource<Pod> pods;
  private final Store<Pod> podStore;
  private final Store<Node> nodeStore;
  private final Events events;
  private final InstantSource clock;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public TaintEvictionController(ControllerContext context) {
    this.pods = context.client().resource(Pod.class);
    this.podStore = context.cluster().pods.store();
    this.nodeStore = context.cluster().nodes.store();
    this.events = context.events().apply("taint-eviction-controller");
    this.clock = context.clock();
    this.queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("taint-eviction", queue, this::reconcile);
    context.cluster().nodes.handler(ResourceHandler.each(this::nodeChanged));
    context
        .cluster()
        .pods
        .handler(
            ResourceHandler.each(pod -> {
              boolean tainted =
                  nodeStore
                      .get(Pods.nodeName(pod))
                      .filter(TaintEvictionController::evicts)
                      .isPresent();
              if (tainted) {
                queue.add(Store.key(pod));
              }
            }));
  }

  @Override
  public String name() {
    return "taint-eviction";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private static boolean evicts(Node node) {
    return NodeHealth.taints(node).stream()
        .anyMatch(t -> NodeHealth.NO_EXECUTE.equals(t.getEffect()));
  }

  private void nodeChanged(Node node) {
    if (evicts(node)) {
      podStore
          .byIndex(Indexes.NODE, node.getMetadata().getName())
          .forEach(pod -> queue.add(Store.key(pod)));
    }
  }

  private @Nullable Duration reconcile(String key) {
    Optional<Pod> found = podStore.get(key);
    if (found.isEmpty() || Pods.isTerminating(found.get())) {
      return null;
    }
    Pod pod = found.get();
    Optional<Node> node = nodeStore.get(Pods.nodeName(pod));
    if (node.isEmpty()) {
      return null;
    }
    Instant now = clock.instant();
    Optional<Instant> deadline = Evictions.deadline(pod, NodeHealth.taints(node.get()), now);
    if (deadline.isEmpty()) {
      return null;
    }
    if (deadline.get().isAfter(now)) {
      return Duration.between(now, deadline.get());
    }
    events.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + key);
    pods.inNamespace(pod.getMetadata().getNamespace())
        .deleteIfPresent(
            pod.getMetadata().getName(), DeleteOptions.ofUid(pod.getMetadata().getUid()));
    return null;
  }
}
