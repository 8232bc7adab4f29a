package kontiki.orchestrator.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ConfigMap {@code kube-root-ca.crt} in each namespace, so that pods can check the API
 * server's certificate. Level-triggered by namespace name.
 */
public final class RootCaPublisher implements Controller {
  static final String NAME = "kube-root-ca.crt";

  private static final String DESCRIPTION = "kubernetes.io/description";
  private static final String DESCRIPTION_TEXT =
      "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
          + " endpoints such as the internal service IP or kubernetes.default.svc. No other usage"
          + " is guaranteed across distributions of Kubernetes clusters.";

  private final Resource<ConfigMap> configMaps;
  private final Store<ConfigMap> configMapStore;
  private final Store<Namespace> namespaces;
  private final Map<String, String> data;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  /** Publishes these PEM certificates. */
  public RootCaPublisher(ControllerContext context, String rootCaPem) {
    this.configMaps = context.client().resource(ConfigMap.class);
    this.configMapStore = context.cluster().configMaps.store();
    this.namespaces = context.cluster().namespaces.store();
    this.data = Map.of("ca.crt", rootCaPem);
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("root-ca-certificate-publisher", queue, this::reconcile);
    context
        .cluster()
        .namespaces
        .handler(ResourceHandler.each(namespace -> queue.add(namespace.getMetadata().getName())));
    context
        .cluster()
        .configMaps
        .handler(
            ResourceHandler.each(map -> {
              if (NAME.equals(map.getMetadata().getName())) {
                queue.add(map.getMetadata().getNamespace());
              }
            }));
  }

  @Override
  public String name() {
    return "root-ca-certificate-publisher";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String name) {
    if (namespaces.get(name).filter(Namespaces::isActive).isEmpty()) {
      return null;
    }
    Optional<ConfigMap> found = configMapStore.get(name, NAME);
    if (found.filter(map -> data.equals(map.getData())).isPresent()) {
      return null;
    }
    try {
      if (found.isPresent()) {
        configMaps.update(new ConfigMapBuilder(found.get()).withData(data).build());
      } else {
        configMaps.create(wanted(name));
      }
    } catch (ApiException e) {
      if (!e.isAlreadyExists() && !e.isNamespaceTerminating() && !e.isNotFound()) {
        throw e;
      }
    }
    return null;
  }

  private ConfigMap wanted(String namespace) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .addToAnnotations(DESCRIPTION, DESCRIPTION_TEXT)
        .endMetadata()
        .withData(data)
        .build();
  }
}
