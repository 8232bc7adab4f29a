package kontiki.orchestrator.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.time.Duration;
import java.util.List;
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
 * Keeps a service account {@code default} in each namespace that is not being deleted.
 * Level-triggered by namespace name.
 */
public final class ServiceAccountController implements Controller {
  private static final String DEFAULT = "default";

  private final Resource<ServiceAccount> accounts;
  private final Store<ServiceAccount> accountStore;
  private final Store<Namespace> namespaces;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public ServiceAccountController(ControllerContext context) {
    this.accounts = context.client().resource(ServiceAccount.class);
    this.accountStore = context.cluster().serviceAccounts.store();
    this.namespaces = context.cluster().namespaces.store();
    this.queue = new WorkQueue<>(context.clock());
    this.loop = new WorkLoop<>("serviceaccount", queue, this::reconcile);
    context
        .cluster()
        .namespaces
        .handler(ResourceHandler.each(namespace -> queue.add(namespace.getMetadata().getName())));
    context
        .cluster()
        .serviceAccounts
        .handler(ResourceHandler.each(account -> queue.add(account.getMetadata().getNamespace())));
  }

  @Override
  public String name() {
    return "serviceaccount";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String name) {
    boolean wanted = namespaces.get(name).filter(Namespaces::isActive).isPresent();
    if (!wanted || accountStore.get(name, DEFAULT).isPresent()) {
      return null;
    }
    try {
      accounts.create(
          new ServiceAccountBuilder()
              .withNewMetadata()
              .withName(DEFAULT)
              .withNamespace(name)
              .endMetadata()
              .build());
    } catch (ApiException e) {
      if (!e.isAlreadyExists() && !e.isNamespaceTerminating() && !e.isNotFound()) {
        throw e;
      }
    }
    return null;
  }
}
