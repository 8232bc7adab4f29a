package kontiki.orchestrator.controllers.garbage;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Discovery;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.ResourceRef;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects whose owners are all gone, and carries out foreground and orphaning deletion.
 * Level-triggered by uid. Before it deletes it reads the object and its missing owners from the
 * server, because its own view may be behind.
 */
public final class GarbageCollector implements Controller {
  private static final String KINDS = "kinds";
  private static final Duration REFRESH = Duration.ofSeconds(30);

  private final ApiClient client;
  private final OwnerGraph graph = new OwnerGraph();
  private final MetadataViews views;
  private final Consumer<Informer<PartialObjectMetadata>> opener;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;
  private final WorkLoop<String> refresher;
  private volatile Map<String, ResourceRef> kinds = Map.of();

  /** Collects; starts the views of further kinds through {@code opener}. */
  public GarbageCollector(
      ControllerContext context, Consumer<Informer<PartialObjectMetadata>> opener) {
    this.client = context.client();
    this.opener = opener;
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("garbage-collector", queue, this::reconcile);
    WorkQueue<String> refresh = new WorkQueue<>(context.clock());
    this.refresher = new WorkLoop<>("garbage-collector-kinds", refresh, key -> refresh());
    refresh.add(KINDS);
    Set<String> watched = new LinkedHashSet<>();
    for (Informer<? extends HasMetadata> informer : context.cluster().informers().all()) {
      if (informer == context.cluster().tokenSecrets) {
        continue; // it shows some Secrets only
      }
      informer.handler(new Handler(informer.ref()));
      watched.add(informer.name());
    }
    this.views = new MetadataViews(context, watched, Handler::new);
  }

  @Override
  public String name() {
    return "garbage-collector";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(refresher, loop);
  }

  private @Nullable Duration refresh() {
    List<Discovery.Served> served = Discovery.all(client);
    Map<String, ResourceRef> found = new HashMap<>();
    for (Discovery.Served one : served) {
      found.putIfAbsent(one.ref().apiVersion() + "/" + one.ref().kind(), one.ref());
    }
    kinds = Map.copyOf(found);
    views.refresh(served).forEach(opener);
    return REFRESH;
  }

  private final class Handler implements ResourceHandler<HasMetadata> {
    private final ResourceRef ref;

    Handler(ResourceRef ref) {
      this.ref = ref;
    }

    @Override
    public void added(HasMetadata object) {
      put(object);
    }

    @Override
    public void updated(HasMetadata old, HasMetadata object) {
      put(object);
    }

    @Override
    public void deleted(HasMetadata object) {
      OwnerGraph.Item item = OwnerGraph.Item.of(ref, object);
      graph.remove(item.uid());
      graph.dependentsOf(item.uid()).forEach(dependent -> queue.add(dependent.uid()));
      item.owners().forEach(owner -> queue.add(owner.getUid()));
    }

    private void put(HasMetadata object) {
      OwnerGraph.Item item = OwnerGraph.Item.of(ref, object);
      Optional<OwnerGraph.Item> old = graph.put(item);
      boolean same =
          old.filter(o ->
                  o.owners().equals(item.owners())
                      && o.finalizers().equals(item.finalizers())
                      && o.terminating() == item.terminating())
              .isPresent();
      if (same) {
        return;
      }
      if (!item.owners().isEmpty() || item.isForeground() || item.isOrphaning()) {
        queue.add(item.uid());
      }
      for (OwnerReference owner : item.owners()) {
        graph
            .get(owner.getUid())
            .filter(o -> o.isForeground() || o.isOrphaning())
            .ifPresent(o -> queue.add(o.uid()));
      }
      old.ifPresent(o -> o.owners().forEach(owner -> queue.add(owner.getUid())));
    }
  }

  private @Nullable Duration reconcile(String uid) {
    Optional<OwnerGraph.Item> seen = graph.get(uid);
    if (seen.isEmpty()) {
      return null;
    }
    boolean idle =
        seen.get().owners().isEmpty() && !seen.get().isForeground() && !seen.get().isOrphaning();
    if (idle) {
      return null;
    }
    List<GcPlan.Known> known = owners(seen.get());
    List<OwnerGraph.Item> dependents = graph.dependentsOf(uid);
    if (GcPlan.decide(seen.get(), dependents, known) instanceof GcPlan.Keep) {
      return null;
    }
    // About to act: on the object as it is, not as it was seen.
    Optional<PartialObjectMetadata> live = live(seen.get());
    if (live.isEmpty()) {
      return null;
    }
    OwnerGraph.Item item = OwnerGraph.Item.of(seen.get().ref(), live.get());
    perform(item, live.get(), GcPlan.decide(item, dependents, owners(item)));
    return null;
  }

  private Resource<PartialObjectMetadata> resource(OwnerGraph.Item item) {
    Resource<PartialObjectMetadata> all = client.resource(item.ref(), PartialObjectMetadata.class);
    String namespace = item.namespace();
    return namespace == null ? all : all.inNamespace(namespace);
  }

  private Optional<PartialObjectMetadata> live(OwnerGraph.Item item) {
    return resource(item)
        .find(item.name())
        .filter(object -> item.uid().equals(object.getMetadata().getUid()));
  }

  private List<GcPlan.Known> owners(OwnerGraph.Item item) {
    List<GcPlan.Known> out = new ArrayList<>();
    for (OwnerReference reference : item.owners()) {
      out.add(new GcPlan.Known(reference, state(item, reference)));
    }
    return out;
  }

  private GcPlan.Owner state(OwnerGraph.Item item, OwnerReference reference) {
    Optional<OwnerGraph.Item> owner = graph.get(reference.getUid());
    if (owner.isPresent()) {
      return owner.get().isForeground() && item.blocks(reference.getUid())
          ? GcPlan.Owner.GOING
          : GcPlan.Owner.SOLID;
    }
    ResourceRef ref = kinds.get(reference.getApiVersion() + "/" + reference.getKind());
    if (ref == null) {
      // An unknown kind may only be unknown for now: never delete for that.
      return GcPlan.Owner.SOLID;
    }
    OwnerGraph.Item sought =
        new OwnerGraph.Item(
            reference.getUid(),
            ref,
            ref.namespaced() ? item.namespace() : null,
            reference.getName(),
            List.of(),
            List.of(),
            false);
    return live(sought).isPresent() ? GcPlan.Owner.SOLID : GcPlan.Owner.GONE;
  }

  private void perform(OwnerGraph.Item item, PartialObjectMetadata live, GcPlan plan) {
    try {
      switch (plan) {
        case GcPlan.Keep keep -> {}
        case GcPlan.Delete delete ->
            resource(item)
                .deleteIfPresent(
                    item.name(), new DeleteOptions(null, item.uid(), null, delete.propagation()));
        case GcPlan.DropOwners drop -> dropOwners(item, live, drop.uids());
        case GcPlan.LetGo go -> {
          for (OwnerGraph.Item dependent : go.dependents()) {
            Optional<PartialObjectMetadata> now = live(dependent);
            if (now.isPresent()) {
              dropOwners(dependent, now.get(), List.of(item.uid()));
            }
          }
          dropFinalizer(item, live, OwnerGraph.ORPHAN);
        }
        case GcPlan.Await await -> await.uids().forEach(queue::add);
        case GcPlan.Release release -> dropFinalizer(item, live, OwnerGraph.FOREGROUND);
      }
    } catch (ApiException e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
  }

  private void dropOwners(OwnerGraph.Item item, PartialObjectMetadata live, List<String> uids) {
    List<OwnerReference> left = new ArrayList<>(live.getMetadata().getOwnerReferences());
    if (left.removeIf(o -> uids.contains(o.getUid()))) {
      patch(item, live, "ownerReferences", left);
    }
  }

  private void dropFinalizer(OwnerGraph.Item item, PartialObjectMetadata live, String finalizer) {
    List<String> left = new ArrayList<>(live.getMetadata().getFinalizers());
    if (left.remove(finalizer)) {
      patch(item, live, "finalizers", left);
    }
  }

  private void patch(
      OwnerGraph.Item item, PartialObjectMetadata live, String field, List<?> value) {
    ObjectMeta meta = live.getMetadata();
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put("uid", meta.getUid());
    patch.put("resourceVersion", meta.getResourceVersion());
    patch.put(field, value);
    resource(item).mergePatch(item.name(), Map.of("metadata", patch));
  }
}
