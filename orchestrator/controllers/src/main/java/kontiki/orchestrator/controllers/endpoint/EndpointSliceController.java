package kontiki.orchestrator.controllers.endpoint;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.List;
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
import kontiki.orchestrator.controllers.Expectations;
import org.jspecify.annotations.Nullable;

/** Keeps the EndpointSlices of each service with a selector. Level-triggered by service key. */
public final class EndpointSliceController implements Controller {
  /** The index of slices by the key of their service. */
  static final String BY_SERVICE = "service";

  private final Resource<EndpointSlice> slices;
  private final Store<EndpointSlice> sliceStore;
  private final Store<Service> services;
  private final Store<Pod> pods;
  private final Store<Node> nodes;
  private final Expectations expectations;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public EndpointSliceController(ControllerContext context) {
    this.slices = context.client().resource(EndpointSlice.class);
    this.services = context.cluster().services.store();
    this.pods = context.cluster().pods.store();
    this.nodes = context.cluster().nodes.store();
    this.expectations = new Expectations(context.clock());
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("endpointslice", queue, this::reconcile);
    new ServiceQueue(context.cluster(), queue);
    context
        .cluster()
        .endpointSlices
        .index(BY_SERVICE, slice -> List.of(serviceOf(slice)))
        .handler(new SliceHandler());
    this.sliceStore = context.cluster().endpointSlices.store();
  }

  @Override
  public String name() {
    return "endpointslice";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private static String serviceOf(EndpointSlice slice) {
    String name = LabelSelectors.labels(slice).get(SlicePlan.SERVICE_NAME);
    return Store.key(slice.getMetadata().getNamespace(), name == null ? "" : name);
  }

  private static boolean isMine(EndpointSlice slice) {
    return SlicePlan.CONTROLLER.equals(LabelSelectors.labels(slice).get(SlicePlan.MANAGED_BY));
  }

  private final class SliceHandler implements ResourceHandler<EndpointSlice> {
    @Override
    public void added(EndpointSlice slice) {
      if (isMine(slice)) {
        expectations.created(serviceOf(slice));
        queue.add(serviceOf(slice));
      }
    }

    @Override
    public void updated(EndpointSlice old, EndpointSlice slice) {
      if (isMine(old) || isMine(slice)) {
        queue.add(serviceOf(old));
        queue.add(serviceOf(slice));
      }
    }

    @Override
    public void deleted(EndpointSlice slice) {
      if (isMine(slice)) {
        expectations.deleted(serviceOf(slice), Store.key(slice));
        queue.add(serviceOf(slice));
      }
    }
  }

  private @Nullable Duration reconcile(String key) {
    Optional<Service> found = services.get(key);
    List<EndpointSlice> mine =
        sliceStore.byIndex(BY_SERVICE, key).stream()
            .filter(EndpointSliceController::isMine)
            .toList();
    if (found.isEmpty() || !Backend.isSelecting(found.get())) {
      expectations.forget(key);
      mine.forEach(this::delete);
      return null;
    }
    if (!expectations.met(key) || found.get().getMetadata().getDeletionTimestamp() != null) {
      return null;
    }
    SlicePlan plan =
        SlicePlan.decide(found.get(), pods.inNamespace(Store.namespaceOf(key)), mine, nodes::get);
    expectations.expect(key, plan.create().size(), plan.delete().stream().map(Store::key).toList());
    for (EndpointSlice slice : plan.create()) {
      create(key, slice);
    }
    plan.update().forEach(slices::update);
    plan.delete().forEach(this::delete);
    return null;
  }

  private void create(String key, EndpointSlice slice) {
    try {
      slices.create(slice);
    } catch (ApiException e) {
      expectations.forget(key);
      if (!e.isNamespaceTerminating()) {
        throw e;
      }
    }
  }

  private void delete(EndpointSlice slice) {
    boolean there =
        slices
            .inNamespace(slice.getMetadata().getNamespace())
            .deleteIfPresent(
                slice.getMetadata().getName(), DeleteOptions.ofUid(slice.getMetadata().getUid()));
    if (!there) {
      expectations.deleted(serviceOf(slice), Store.key(slice));
    }
  }
}
