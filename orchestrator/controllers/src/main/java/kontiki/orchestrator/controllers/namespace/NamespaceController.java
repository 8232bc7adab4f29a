package kontiki.orchestrator.controllers.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceStatusBuilder;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Discovery;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Empties a namespace that is being deleted: it deletes every object of every kind that the server
 * serves in namespaces, custom ones too, and takes the namespace's finalizer away when nothing is
 * left. Level-triggered by namespace name.
 */
public final class NamespaceController implements Controller {
  private static final String FINALIZER = "kubernetes";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

  private final ApiClient client;
  private final Resource<Namespace> namespaces;
  private final Store<Namespace> store;
  private final InstantSource clock;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public NamespaceController(ControllerContext context) {
    this.client = context.client();
    this.namespaces = client.resource(Namespace.class);
    this.store = context.cluster().namespaces.store();
    this.clock = context.clock();
    this.queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("namespace", queue, this::reconcile);
    context
        .cluster()
        .namespaces
        .handler(ResourceHandler.each(namespace -> queue.add(namespace.getMetadata().getName())));
  }

  @Override
  public String name() {
    return "namespace";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String name) {
    Optional<Namespace> found = store.get(name);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() == null) {
      return null;
    }
    Namespace namespace = found.get();
    if (namespace.getSpec() == null || !namespace.getSpec().getFinalizers().contains(FINALIZER)) {
      return null;
    }
    Map<String, Integer> left = new TreeMap<>();
    Map<String, Integer> finalizers = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (Discovery.Served served : Discovery.all(client)) {
      if (served.ref().namespaced() && served.preferred() && served.verbs().contains("list")) {
        empty(served, name, left, finalizers, failures);
      }
    }
    if (left.isEmpty() && failures.isEmpty()) {
      finish(namespace);
      return null;
    }
    report(namespace, left, finalizers, failures);
    return LOOK_AGAIN;
  }

  private void empty(
      Discovery.Served served,
      String namespace,
      Map<String, Integer> left,
      Map<String, Integer> finalizers,
      List<String> failures) {
    Resource<PartialObjectMetadata> resource =
        client.resource(served.ref(), PartialObjectMetadata.class).inNamespace(namespace);
    if (!served.verbs().contains("delete")) {
      return;
    }
    try {
      List<PartialObjectMetadata> items = resource.listAll(ListOptions.ALL).items();
      if (items.isEmpty()) {
        return;
      }
      deleteAll(served, resource, items);
      items = resource.listAll(ListOptions.ALL).items();
      if (!items.isEmpty()) {
        left.merge(served.ref().qualifiedName(), items.size(), Integer::sum);
      }
      for (PartialObjectMetadata item : items) {
        item.getMetadata().getFinalizers().forEach(f -> finalizers.merge(f, 1, Integer::sum));
      }
    } catch (ApiException e) {
      // A kind may vanish or forbid deletion; what counts is whether it is empty in the end.
      if (!e.isNotFound() && e.code() != 405) {
        failures.add(served.ref().qualifiedName() + ": " + e.getMessage());
      }
    }
  }

  private static void deleteAll(
      Discovery.Served served,
      Resource<PartialObjectMetadata> resource,
      List<PartialObjectMetadata> items) {
    DeleteOptions options = DeleteOptions.DEFAULT.propagating("Background");
    if (served.verbs().contains("deletecollection")) {
      resource.deleteCollection(options, ListOptions.ALL);
      return;
    }
    for (PartialObjectMetadata item : items) {
      if (item.getMetadata().getDeletionTimestamp() == null) {
        resource.deleteIfPresent(item.getMetadata().getName(), options);
      }
    }
  }

  private void finish(Namespace namespace) {
    List<String> others = new ArrayList<>(namespace.getSpec().getFinalizers());
    others.remove(FINALIZER);
    String name = namespace.getMetadata().getName();
    Namespace done =
        new NamespaceBuilder(namespace).editSpec().withFinalizers(others).endSpec().build();
    try {
      namespaces.subresource("PUT", name, "finalize", done);
    } catch (ApiException e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
  }

  private void report(
      Namespace namespace,
      Map<String, Integer> left,
      Map<String, Integer> finalizers,
      List<String> failures) {
    List<NamespaceCondition> old =
        namespace.getStatus() == null ? List.of() : namespace.getStatus().getConditions();
    List<NamespaceCondition> wanted =
        NamespaceConditions.of(old, left, finalizers, failures, clock.instant());
    if (!wanted.equals(old)) {
      namespaces.updateStatus(
          new NamespaceBuilder(namespace)
              .withStatus(
                  new NamespaceStatusBuilder()
                      .withPhase("Terminating")
                      .withConditions(wanted)
                      .build())
              .build());
    }
  }
}
