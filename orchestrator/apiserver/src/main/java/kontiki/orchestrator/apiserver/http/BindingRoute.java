package kontiki.orchestrator.apiserver.http;

import java.time.InstantSource;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Timestamps;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.ObjectMeta;
import kontiki.orchestrator.apiserver.registry.ResourceRegistry;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** Serves {@code pods/binding}: the scheduler's word on where a pod runs. */
final class BindingRoute implements Subresources.Handler {
  private final ResourceRegistry registry;
  private final Answers answers;
  private final InstantSource clock;

  BindingRoute(ResourceRegistry registry, Answers answers, InstantSource clock) {
    this.registry = registry;
    this.answers = answers;
    this.clock = clock;
  }

  @Override
  public void serve(ApiRequest request, Call call, @Nullable Subresource part) {
    if (!request.info().verb().equals("create")) {
      throw Failures.methodNotAllowed();
    }
    JsonObject binding = Bodies.object(request).object();
    Bodies.checkKind(call, "v1", "Binding", binding);
    boolean virtual = part == null;
    Call pod =
        virtual
            ? Call.internal(registry.resource("pods"), call.namespace(), ObjectMeta.name(binding))
            : call;
    JsonObject target = binding.ensureObject("target");
    String kind = target.string("kind", "");
    if (!kind.isEmpty() && !kind.equals("Node")) {
      throw Failures.badRequest(
          "target.kind: Unsupported value: \"" + kind + "\": supported values: \"Node\"");
    }
    String node = target.string("name", "");
    if (node.isEmpty()) {
      throw Failures.badRequest("target.name: Required value");
    }
    JsonObject bound =
        registry
            .writer()
            .change(pod.ofSubresource("binding"), null, old -> bind(old, binding, node));
    if (bound == null) {
      throw pod.resource().notFound(pod.name());
    }
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

  private JsonObject bind(JsonObject pod, JsonObject binding, String node) {
    JsonObject spec = pod.ensureObject("spec");
    String present = spec.string("nodeName", "");
    String name = ObjectMeta.name(pod);
    String uid = ObjectMeta.uid(binding);
    if (!uid.isEmpty() && !uid.equals(ObjectMeta.uid(pod))) {
      throw Failures.conflict("", "pods/binding", name, "the pod's uid is another");
    }
    if (ObjectMeta.isBeingDeleted(pod)) {
      throw Failures.conflict(
          "",
          "pods/binding",
          name,
          "pod " + name + " is being deleted, cannot be assigned to a host");
    }
    if (!present.isEmpty()) {
      throw Failures.conflict(
          "",
          "pods/binding",
          name,
          "pod " + name + " is already assigned to node \"" + present + "\"");
    }
    if (!spec.objects("schedulingGates").isEmpty()) {
      throw Failures.conflict(
          "", "pods/binding", name, "pod " + name + " has non-empty .spec.schedulingGates");
    }
    spec.put("nodeName", node);
    JsonObject given = binding.objectAt("metadata", "annotations");
    if (given != null) {
      JsonObject annotations = ObjectMeta.of(pod).ensureObject("annotations");
      given.forEach(annotations::put);
    }
    PodConditions.set(pod, "PodScheduled", "True", Timestamps.seconds(clock.instant()));
    return pod;
  }
}
