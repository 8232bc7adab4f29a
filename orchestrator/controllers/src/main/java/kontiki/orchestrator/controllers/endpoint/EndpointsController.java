package kontiki.orchestrator.controllers.endpoint;

import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/** Keeps the Endpoints object of each service with a selector. Level-triggered by service key. */
public final class EndpointsController implements Controller {
  private final Resource<Endpoints> endpoints;
  private final Store<Endpoints> endpointStore;
  private final Store<Service> services;
  private final Store<Pod> pods;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public EndpointsController(ControllerContext context) {
    this.endpoints = context.client().resource(Endpoints.class);
    this.endpointStore = context.cluster().endpoints.store();
    this.services = context.cluster().services.store();
    this.pods = context.cluster().pods.store();
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("endpoint", queue, this::reconcile);
    new ServiceQueue(context.cluster(), queue);
    context.cluster().endpoints.handler(ResourceHandler.each(e -> queue.add(Store.key(e))));
  }

  @Override
  public String name() {
    return "endpoint";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String key) {
    Optional<Service> found = services.get(key);
    Optional<Endpoints> there = endpointStore.get(key);
    if (found.isEmpty()) {
      there.filter(EndpointsController::isMine).ifPresent(this::delete);
      return null;
    }
    Service service = found.get();
    if (!Backend.isSelecting(service) || service.getMetadata().getDeletionTimestamp() != null) {
      return null;
    }
    List<EndpointSubset> subsets =
        EndpointsPlan.subsets(service, pods.inNamespace(Store.namespaceOf(key)));
    Map<String, String> labels = EndpointsPlan.labels(service);
    boolean same =
        there
            .filter(e -> subsets.equals(e.getSubsets()) && labels.equals(LabelSelectors.labels(e)))
            .isPresent();
    if (!same) {
      write(service, there, labels, subsets);
    }
    return null;
  }

  private void write(
      Service service,
      Optional<Endpoints> there,
      Map<String, String> labels,
      List<EndpointSubset> subsets) {
    EndpointsBuilder builder = there.map(EndpointsBuilder::new).orElseGet(EndpointsBuilder::new);
    Endpoints wanted =
        builder
            .editOrNewMetadata()
            .withName(service.getMetadata().getName())
            .withNamespace(service.getMetadata().getNamespace())
            .withLabels(labels)
            .endMetadata()
            .withSubsets(subsets)
            .build();
    try {
      if (there.isPresent()) {
        endpoints.update(wanted);
      } else {
        endpoints.create(wanted);
      }
    } catch (ApiException e) {
      // Made a moment ago and not visible yet: its event brings the key again.
      if (!e.isNamespaceTerminating() && !e.isAlreadyExists()) {
        throw e;
      }
    }
  }

  /** Whether this controller made it: one that a person made for a service to come stays. */
  private static boolean isMine(Endpoints endpoints) {
    return "endpoint-controller"
        .equals(LabelSelectors.labels(endpoints).get("endpoints.kubernetes.io/managed-by"));
  }

  private void delete(Endpoints there) {
    endpoints
        .inNamespace(there.getMetadata().getNamespace())
        .deleteIfPresent(
            there.getMetadata().getName(), DeleteOptions.ofUid(there.getMetadata().getUid()));
  }
}
