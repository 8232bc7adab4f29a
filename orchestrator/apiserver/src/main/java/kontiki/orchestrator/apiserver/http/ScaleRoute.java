package kontiki.orchestrator.apiserver.http;

import java.util.List;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.Patcher;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.ScaleForm;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.FieldError;
import org.jspecify.annotations.Nullable;

/** Serves the subresource scale of workloads. */
final class ScaleRoute implements Subresources.Handler {
  private final ResourceRegistry registry;
  private final Answers answers;

  ScaleRoute(ResourceRegistry registry, Answers answers) {
    this.registry = registry;
    this.answers = answers;
  }

  @Override
  public void serve(ApiRequest request, Call call, @Nullable Subresource part)
      throws InterruptedException {
    Call whole = call.ofSubresource("");
    switch (request.info().verb()) {
      case "get" -> {
        var found = registry.reader().get(whole, request.query().get("resourceVersion"));
        answers.other(request, 200, ScaleForm.of(found.tree()));
      }
      case "update" -> {
        JsonObject scale = Bodies.object(request).object();
        Bodies.checkKind(call, "autoscaling/v1", "Scale", scale);
        change(request, whole, workload -> ScaleForm.apply(workload, scale));
      }
      case "patch" -> {
        byte[] body = request.body();
        String type = Bodies.mediaType(request);
        change(
            request,
            whole,
            workload -> {
              JsonObject before = ScaleForm.of(workload);
              JsonObject after =
                  Patcher.plain(
                      call, type, body, before, BuiltinSchemas.struct("autoscaling/v1", "Scale"));
              return ScaleForm.apply(
                  workload,
                  TypedReader.read(BuiltinSchemas.struct("autoscaling/v1", "Scale"), after));
            });
      }
      default -> throw Failures.methodNotAllowed();
    }
  }

  private void change(
      ApiRequest request, Call whole, java.util.function.UnaryOperator<JsonObject> change) {
    JsonObject changed =
        registry
            .writer()
            .change(
                whole,
                null,
                workload -> {
                  JsonObject scaled = change.apply(workload);
                  Long replicas = scaled.integerAt("spec", "replicas");
                  if (replicas != null && replicas < 0) {
                    throw Failures.invalid(
                        "autoscaling",
                        "Scale",
                        whole.name(),
                        List.of(
                            FieldError.invalid(
                                "spec.replicas", replicas, "must be greater than or equal to 0")));
                  }
                  return scaled;
                });
    if (changed == null) {
      throw whole.resource().notFound(whole.name());
    }
    answers.other(request, 200, ScaleForm.of(changed));
  }
}
