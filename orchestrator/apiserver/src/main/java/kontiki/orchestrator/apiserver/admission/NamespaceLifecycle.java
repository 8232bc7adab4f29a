package kontiki.orchestrator.apiserver.admission;

import java.util.Set;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.StoredForm;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;
import kontiki.orchestrator.apiserver.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Nothing is made in a namespace that does not exist or is going away, and the namespaces of the
 * system are not deleted.
 */
public final class NamespaceLifecycle implements AdmissionPlugin {
  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

  private final StoredResource namespaces;
  private final Storage storage;

  public NamespaceLifecycle(StoredResource namespaces, Storage storage) {
    this.namespaces = namespaces;
    this.storage = storage;
  }

  @Override
  public String name() {
    return "NamespaceLifecycle";
  }

  @Override
  public void admit(AdmissionRequest request) {
    Call call = request.call();
    if (request.operation() != AdmissionRequest.Operation.CREATE
        || call.namespace().isEmpty()
        || !call.type().namespaced()
        || call.type().kind().endsWith("AccessReview")) {
      return;
    }
    JsonObject namespace = find(call.namespace());
    if (namespace == null) {
      throw Failures.notFound("", "namespaces", call.namespace());
    }
    if (namespace.at("metadata", "deletionTimestamp") != null) {
      throw terminating(call);
    }
  }

  /** The cache may not have seen a namespace that was just made. */
  private @Nullable JsonObject find(String name) {
    String key = namespaces.key("", name);
    CachedObject cached = namespaces.cache().get(key);
    if (cached != null) {
      return cached.tree();
    }
    Storage.Entry entry = storage.get(key).entry();
    return entry == null ? null : StoredForm.decode(entry);
  }

  private static StatusException terminating(Call call) {
    StatusException forbidden =
        Failures.forbidden(
            call.type().group(),
            call.type().plural(),
            call.name(),
            "unable to create new content in namespace "
                + call.namespace()
                + " because it is being terminated");
    JsonObject cause =
        JsonObject.of(
            "reason", "NamespaceTerminating",
            "message", "namespace " + call.namespace() + " is being terminated",
            "field", "metadata.namespace");
    return new StatusException(
        forbidden.code(),
        forbidden.reason(),
        forbidden.text(),
        forbidden.details().put("causes", JsonArray.of(cause)));
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (request.operation() == AdmissionRequest.Operation.DELETE
        && request.isMain("", "namespaces")
        && IMMORTAL.contains(request.call().name())) {
      throw Failures.forbidden(
          "", "namespaces", request.call().name(), "this namespace may not be deleted");
    }
  }
}
