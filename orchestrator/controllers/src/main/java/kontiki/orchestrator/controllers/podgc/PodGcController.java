package kontiki.orchestrator.controllers.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
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
 * Removes pods that no node will remove: on nodes that are gone, never placed but being deleted, or
 * ended and too many. It looks at all pods every {@link #PERIOD}.
 */
public final class PodGcController implements Controller {
  static final Duration PERIOD = Duration.ofSeconds(20);

  /** How long a node must be missing before its pods are removed. */
  static final Duration QUARANTINE = Duration.ofSeconds(40);

  private static final String ALL = "pods";

  private final Resource<Pod> pods;
  private final Resource<Node> nodes;
  private final Store<Pod> podStore;
  private final Store<Node> nodeStore;
  private final InstantSource clock;
  private final Map<String, Instant> missing = new HashMap<>();
  private final WorkLoop<String> loop;

  public PodGcController(ControllerContext context) {
    this.pods = context.client().resource(Pod.class);
    this.nodes = context.client().resource(Node.class);
    this.podStore = context.cluster().pods.store();
    this.nodeStore = context.cluster().nodes.store();
    this.clock = context.clock();
    WorkQueue<String> queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("podgc", queue, this::reconcile);
    queue.addAfter(ALL, Duration.ofSeconds(1));
    context
        .cluster()
        .pods
        .handler(
            ResourceHandler.each(pod -> {
              if (Pods.isTerminating(pod) && Pods.nodeName(pod).isEmpty()) {
                queue.add(ALL);
              }
            }));
  }

  @Override
  public String name() {
    return "pod-garbage-collector";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String key) {
    Set<String> names = new LinkedHashSet<>();
    nodeStore.list().forEach(node -> names.add(node.getMetadata().getName()));
    PodGcPlan plan = PodGcPlan.decide(podStore.list(), names, PodGcPlan.KEPT);
    plan.unscheduled().forEach(this::remove);
    plan.finished().forEach(this::remove);
    Set<String> gone = new HashSet<>();
    for (Pod pod : plan.orphaned()) {
      gone.add(Pods.nodeName(pod));
    }
    missing.keySet().retainAll(gone);
    Instant now = clock.instant();
    for (Pod pod : plan.orphaned()) {
      String node = Pods.nodeName(pod);
      Instant since = missing.computeIfAbsent(node, n -> now);
      if (!now.isBefore(since.plus(QUARANTINE)) && nodes.find(node).isEmpty()) {
        fail(pod);
        remove(pod);
      }
    }
    return PERIOD;
  }

  /** Lets the pod's controller see that it ended, not just vanished. */
  private void fail(Pod pod) {
    if (Pods.isFinished(pod)) {
      return;
    }
    try {
      pods.inNamespace(pod.getMetadata().getNamespace())
          .mergePatchStatus(
              pod.getMetadata().getName(), Map.of("status", Map.of("phase", "Failed")));
    } catch (ApiException e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
  }

  private void remove(Pod pod) {
    pods.inNamespace(pod.getMetadata().getNamespace())
        .deleteIfPresent(
            pod.getMetadata().getName(), DeleteOptions.force(pod.getMetadata().getUid()));
  }
}
