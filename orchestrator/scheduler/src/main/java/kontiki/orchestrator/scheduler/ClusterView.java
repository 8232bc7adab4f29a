package kontiki.orchestrator.scheduler;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.scheduler.model.Snapshot;
import kontiki.orchestrator.scheduler.plugin.ClusterChange;

/**
 * What the scheduler knows, fed by informers: the nodes with their pods, and the queue of pods
 * without a node, which it wakes when the cluster changes. Handlers run on informer threads.
 */
final class ClusterView {
  private final InformerSet informers;
  private final SchedulerCache cache = new SchedulerCache();
  private final SchedulingQueue queue;
  private final String schedulerName;
  private final Store<Namespace> namespaces;
  private final Replicas replicas;
  private volatile Map<String, Map<String, String>> namespaceLabels = Map.of();

  ClusterView(InformerSet informers, InstantSource clock, String schedulerName) {
    this.informers = informers;
    this.queue = new SchedulingQueue(clock);
    this.schedulerName = schedulerName;
    Informer<Node> nodes = informers.add(Node.class);
    nodes.handler(new NodeHandler());
    Informer<Namespace> namespaceInformer = informers.add(Namespace.class);
    this.namespaces = namespaceInformer.store();
    namespaceInformer.handler(ResourceHandler.each(n -> refreshNamespaces()));
    this.replicas =
        new Replicas(
            informers.add(Service.class).store(),
            informers.add(ReplicaSet.class).store(),
            informers.add(StatefulSet.class).store());
    informers.add(Pod.class).handler(new PodHandler());
  }

  InformerSet informers() {
    return informers;
  }

  SchedulerCache cache() {
    return cache;
  }

  SchedulingQueue queue() {
    return queue;
  }

  Snapshot snapshot() {
    return new Snapshot(cache.nodes(), namespaceLabels, replicas);
  }

  private void refreshNamespaces() {
    Map<String, Map<String, String>> out = new LinkedHashMap<>();
    for (Namespace namespace : namespaces.list()) {
      out.put(namespace.getMetadata().getName(), LabelSelectors.labels(namespace));
    }
    namespaceLabels = Map.copyOf(out);
    queue.changed(ClusterChange.NAMESPACE);
  }

  private final class NodeHandler implements ResourceHandler<Node> {
    @Override
    public void added(Node node) {
      cache.putNode(node);
      queue.changed(ClusterChange.NODE_ADDED);
    }

    @Override
    public void updated(Node old, Node node) {
      cache.putNode(node);
      if (!Objects.equals(LabelSelectors.labels(old), LabelSelectors.labels(node))) {
        queue.changed(ClusterChange.NODE_LABELS);
      }
      if (!Objects.equals(taints(old), taints(node))) {
        queue.changed(ClusterChange.NODE_TAINTS);
      }
      if (!Objects.equals(allocatable(old), allocatable(node))) {
        queue.changed(ClusterChange.NODE_RESOURCES);
      }
    }

    @Override
    public void deleted(Node node) {
      cache.removeNode(node.getMetadata().getName());
    }

    private Object taints(Node node) {
      return node.getSpec() == null
          ? ""
          : String.valueOf(node.getSpec().getTaints()) + node.getSpec().getUnschedulable();
    }

    private Object allocatable(Node node) {
      return node.getStatus() == null || node.getStatus().getAllocatable() == null
          ? Map.of()
          : node.getStatus().getAllocatable();
    }
  }

  private final class PodHandler implements ResourceHandler<Pod> {
    @Override
    public void added(Pod pod) {
      if (takesRoom(pod)) {
        cache.putPod(pod);
        queue.delete(Store.key(pod));
        queue.changed(ClusterChange.POD_PLACED);
      } else if (isMine(pod)) {
        queue.put(pod, false);
      }
    }

    @Override
    public void updated(Pod old, Pod pod) {
      String key = Store.key(pod);
      if (takesRoom(pod)) {
        cache.putPod(pod);
        queue.delete(key);
        if (!takesRoom(old) || !LabelSelectors.labels(old).equals(LabelSelectors.labels(pod))) {
          queue.changed(ClusterChange.POD_PLACED);
        }
      } else if (takesRoom(old)) {
        deleted(old);
      } else if (isMine(pod)) {
        queue.put(pod, !Objects.equals(old.getSpec(), pod.getSpec()) || relabelled(old, pod));
      } else {
        queue.delete(key);
      }
    }

    @Override
    public void deleted(Pod pod) {
      String key = Store.key(pod);
      queue.delete(key);
      cache.removePod(key);
      if (!Pods.nodeName(pod).isEmpty()) {
        queue.changed(ClusterChange.POD_GONE);
      }
    }

    private boolean relabelled(Pod old, Pod pod) {
      return !LabelSelectors.labels(old).equals(LabelSelectors.labels(pod));
    }

    private boolean takesRoom(Pod pod) {
      return !Pods.nodeName(pod).isEmpty() && !Pods.isFinished(pod);
    }

    /** Whether the pod waits for a node from this scheduler and no gate holds it back. */
    private boolean isMine(Pod pod) {
      return Pods.nodeName(pod).isEmpty()
          && Pods.isActive(pod)
          && pod.getSpec().getSchedulingGates().isEmpty()
          && schedulerName.equals(
              pod.getSpec().getSchedulerName() == null
                  ? SchedulerCommand.DEFAULT_NAME
                  : pod.getSpec().getSchedulerName());
    }
  }
}
