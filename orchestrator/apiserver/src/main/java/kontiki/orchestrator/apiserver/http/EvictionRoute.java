package kontiki.orchestrator.apiserver.http;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.selector.LabelSelector;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.DeleteOptions;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code pods/eviction}: deletes a pod as far as the disruption budgets that select it
 * allow. Each eviction takes one from the budget's allowed disruptions by compare-and-set.
 */
final class EvictionRoute implements Subresources.Handler {
  private static final String BUDGETS = "poddisruptionbudgets.policy";

  private final ResourceRegistry registry;
  private final Answers answers;

  EvictionRoute(ResourceRegistry registry, Answers answers) {
    this.registry = registry;
    this.answers = answers;
  }

  @Override
  public void serve(ApiRequest request, Call call, @Nullable Subresource part)
      throws InterruptedException {
    if (!request.info().verb().equals("create")) {
      throw Failures.methodNotAllowed();
    }
    JsonObject eviction = Bodies.object(request).object();
    String name = ObjectMeta.name(eviction);
    if (!name.isEmpty() && !name.equals(call.name())) {
      throw Failures.badRequest("name in URL does not match name in Eviction object");
    }
    JsonObject given = eviction.object("deleteOptions");
    DeleteOptions options = DeleteOptions.of(given == null ? new JsonObject() : given);
    Call pod = call.ofSubresource("");
    JsonObject object = registry.reader().get(pod, "").tree();
    if (!needsNoBudget(object)) {
      takeFromBudget(call, object, options.dryRun() || call.options().dryRun());
    }
    boolean dryRun = options.dryRun() || call.options().dryRun();
    registry.deleter().delete(dryRun ? pod.dry() : pod, options.asDryRun(dryRun));
    answers.other(
        request,
        201,
        JsonObject.of(
            "kind", "Status",
            "apiVersion", "v1",
            "metadata", new JsonObject(),
            "status", "Success",
            "code", 201L));
  }

  private static boolean needsNoBudget(JsonObject pod) {
    String phase = String.valueOf(pod.stringAt("status", "phase"));
    return ObjectMeta.isBeingDeleted(pod)
        || phase.equals("Succeeded")
        || phase.equals("Failed")
        || phase.equals("Pending");
  }

  private void takeFromBudget(Call call, JsonObject pod, boolean dryRun) {
    StoredResource budgets = registry.resource(BUDGETS);
    List<CachedObject> selecting = new ArrayList<>();
    for (CachedObject each : budgets.cache().snapshot(call.namespace() + "/").objects()) {
      JsonObject selector = each.tree().objectAt("spec", "selector");
      if (LabelSelector.of(selector).matches(pod.objectAt("metadata", "labels"))) {
        selecting.add(each);
      }
    }
    if (selecting.size() > 1) {
      throw Failures.internal(
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
              + " support.");
    }
    if (selecting.isEmpty() || dryRun) {
      return;
    }
    String budget = selecting.getFirst().name();
    Call status = Call.internal(budgets, call.namespace(), budget).ofSubresource("status");
    registry.writer().change(status, null, old -> take(old, budget, call.name()));
  }

  private static JsonObject take(JsonObject budget, String name, String pod) {
    JsonObject status = budget.ensureObject("status");
    long allowed = status.integer("disruptionsAllowed", 0);
    if (allowed <= 0) {
      throw refused(name, status);
    }
    status.put("disruptionsAllowed", allowed - 1);
    status
        .ensureObject("disruptedPods")
        .put(
            pod,
            kontiki.orchestrator.api.value.Timestamps.seconds(
                java.time.InstantSource.system().instant()));
    return budget;
  }

  private static StatusException refused(String name, JsonObject status) {
    JsonObject cause =
        JsonObject.of(
            "reason",
            "DisruptionBudget",
            "message",
            "The disruption budget "
                + name
                + " needs "
                + status.integer("desiredHealthy", 0)
                + " healthy pods and has "
                + status.integer("currentHealthy", 0)
                + " currently");
    return new StatusException(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        JsonObject.of("causes", JsonArray.of(cause)));
  }
}
