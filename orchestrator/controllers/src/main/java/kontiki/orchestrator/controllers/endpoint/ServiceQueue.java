package kontiki.orchestrator.controllers.endpoint;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Map;
import java.util.Objects;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Cluster;

/** Queues the services whose addresses may have changed: by the service itself, or by a pod. */
final class ServiceQueue {
  private final Store<Service> services;
  private final WorkQueue<String> queue;

  ServiceQueue(Cluster cluster, WorkQueue<String> queue) {
    this.services = cluster.services.store();
    this.queue = queue;
    cluster.services.handler(ResourceHandler.each(service -> queue.add(Store.key(service))));
    cluster.pods.handler(new PodHandler());
  }

  private final class PodHandler implements ResourceHandler<Pod> {
    @Override
    public void added(Pod pod) {
      enqueue(pod);
    }

    @Override
    public void updated(Pod old, Pod pod) {
      boolean relabelled = !LabelSelectors.labels(old).equals(LabelSelectors.labels(pod));
      if (relabelled) {
        enqueue(old);
      }
      if (relabelled || changed(old, pod)) {
        enqueue(pod);
      }
    }

    @Override
    public void deleted(Pod pod) {
      enqueue(pod);
    }

    private boolean changed(Pod old, Pod pod) {
      return Pods.isReady(old) != Pods.isReady(pod)
          || Pods.isFinished(old) != Pods.isFinished(pod)
          || Pods.isTerminating(old) != Pods.isTerminating(pod)
          || !Pods.nodeName(old).equals(Pods.nodeName(pod))
          || !Objects.equals(addresses(old), addresses(pod));
    }

    private Object addresses(Pod pod) {
      return pod.getStatus() == null
          ? ""
          : pod.getStatus().getPodIPs() + pod.getStatus().getPodIP();
    }

    private void enqueue(Pod pod) {
      Map<String, String> labels = LabelSelectors.labels(pod);
      for (Service service : services.inNamespace(pod.getMetadata().getNamespace())) {
        if (Backend.isSelecting(service)
            && LabelSelectors.matches(service.getSpec().getSelector(), labels)) {
          queue.add(Store.key(service));
        }
      }
    }
  }
}
