package kontiki.orchestrator.apiserver.http;

import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** Serves {@code namespaces/finalize}: the one way to change the finalizers of a namespace. */
final class FinalizeRoute implements Subresources.Handler {
  private final ResourceRegistry registry;
  private final Answers answers;

  FinalizeRoute(ResourceRegistry registry, Answers answers) {
    this.registry = registry;
    this.answers = answers;
  }

  @Override
  public void serve(ApiRequest request, Call call, @Nullable Subresource part) {
    if (!request.info().verb().equals("update")) {
      throw Failures.methodNotAllowed();
    }
    JsonObject given = Bodies.object(request).object();
    Bodies.checkKind(call, "v1", "Namespace", given);
    JsonObject changed =
        registry
            .writer()
            .change(
                call,
                null,
                old -> {
                  Object finalizers = given.at("spec", "finalizers");
                  JsonObject spec = old.ensureObject("spec");
                  if (finalizers == null) {
                    spec.remove("finalizers");
                  } else {
                    spec.put("finalizers", finalizers);
                  }
                  String version = ObjectMeta.resourceVersion(given);
                  if (!version.isEmpty()) {
                    ObjectMeta.of(old).put("resourceVersion", version);
                  }
                  return old;
                });
    if (changed == null) {
      throw call.resource().notFound(call.name());
    }
    answers.object(request, 200, call.type(), changed);
  }
}
