package kontiki.orchestrator.controllers.garbage;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import kontiki.orchestrator.client.Discovery;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.ResourceRef;
import kontiki.orchestrator.controllers.ControllerContext;

/**
 * Metadata informers for every kind that the server serves and no other loop watches, custom kinds
 * too. Not thread-safe: used by the collector's refreshing worker only.
 */
final class MetadataViews {
  /** Kinds without owners or with too many changes to be worth watching. */
  private static final Set<String> LEFT_OUT =
      Set.of("events", "events.events.k8s.io", "componentstatuses", "bindings");

  private final ControllerContext context;
  private final Function<ResourceRef, ResourceHandler<HasMetadata>> handlers;
  private final Set<String> elsewhere;
  private final Map<String, Informer<PartialObjectMetadata>> open = new LinkedHashMap<>();

  MetadataViews(
      ControllerContext context,
      Set<String> elsewhere,
      Function<ResourceRef, ResourceHandler<HasMetadata>> handlers) {
    this.context = context;
    this.elsewhere = Set.copyOf(elsewhere);
    this.handlers = handlers;
  }

  /** Opens views of kinds that are new and closes those of kinds that are gone. */
  List<Informer<PartialObjectMetadata>> refresh(List<Discovery.Served> served) {
    List<Informer<PartialObjectMetadata>> opened = new ArrayList<>();
    Set<String> wanted = new HashSet<>();
    for (Discovery.Served one : served) {
      String name = one.ref().qualifiedName();
      boolean watchable =
          one.preferred() && one.verbs().containsAll(Set.of("list", "watch", "delete"));
      if (!watchable || LEFT_OUT.contains(name) || elsewhere.contains(name)) {
        continue;
      }
      wanted.add(name);
      if (!open.containsKey(name)) {
        Informer<PartialObjectMetadata> informer = informer(one.ref());
        open.put(name, informer);
        opened.add(informer);
      }
    }
    open.entrySet()
        .removeIf(e -> {
          if (wanted.contains(e.getKey())) {
            return false;
          }
          e.getValue().close();
          return true;
        });
    return opened;
  }

  private Informer<PartialObjectMetadata> informer(ResourceRef ref) {
    return new Informer<>(
            context.client().resource(ref, PartialObjectMetadata.class),
            ListOptions.ALL,
            context.clock(),
            context.random())
        .handler(handlers.apply(ref));
  }

  void close() {
    open.values().forEach(Informer::close);
  }
}
