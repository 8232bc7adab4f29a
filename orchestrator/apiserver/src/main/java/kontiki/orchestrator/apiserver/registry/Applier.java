package kontiki.orchestrator.apiserver.registry;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.apply.FieldManager;
import kontiki.orchestrator.api.apply.ServerSideApply;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.yaml.Yaml;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.FieldError;
import kontiki.orchestrator.apiserver.status.StatusException;
import org.jspecify.annotations.Nullable;

/** Server-side apply: makes or changes an object so that it holds what a manager wants of it. */
final class Applier {
  /** An object may come or go between looking and writing; then it is tried again. */
  private static final int ATTEMPTS = 4;

  private final ObjectWriter writer;
  private final Forms forms;
  private final InstantSource clock;

  Applier(ObjectWriter writer, Forms forms, InstantSource clock) {
    this.writer = writer;
    this.forms = forms;
    this.clock = clock;
  }

  ObjectWriter.Written apply(Call call, byte[] body) {
    if (call.options().fieldManager().isEmpty()) {
      throw Failures.invalid(
          "meta.k8s.io",
          "PatchOptions",
          "",
          List.of(FieldError.required("fieldManager", "is required for apply patch")));
    }
    List<String> duplicates = new ArrayList<>();
    JsonObject config = Yaml.parseObject(body, JsonLimits.REQUEST, duplicates::add);
    check(call, config);
    forms.check(call, config, duplicates);
    for (int attempt = 1; ; attempt++) {
      JsonObject changed = writer.change(call, null, live -> merge(call, live, config));
      if (changed != null) {
        return new ObjectWriter.Written(changed, false);
      }
      if (!call.subresource().isEmpty()) {
        throw call.resource().notFound(call.name());
      }
      try {
        return new ObjectWriter.Written(writer.create(call, merge(call, null, config)), true);
      } catch (StatusException e) {
        if (!e.reason().equals("AlreadyExists") || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void check(Call call, JsonObject config) {
    String name = ObjectMeta.name(config);
    if (config.string("kind", "").isEmpty() || config.string("apiVersion", "").isEmpty()) {
      throw Failures.badRequest("the applied configuration needs apiVersion and kind");
    }
    if (!config.string("kind", "").equals(call.type().kind())
        || !config.string("apiVersion", "").equals(call.type().apiVersion())) {
      throw Failures.badRequest(
          "the applied configuration is of "
              + config.string("apiVersion", "")
              + " "
              + config.string("kind", "")
              + ", but the request is about "
              + call.type().apiVersion()
              + " "
              + call.type().kind());
    }
    if (!name.isEmpty() && !name.equals(call.name())) {
      throw Failures.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + call.name()
              + ")");
    }
    if (ObjectMeta.of(config).get("managedFields") != null) {
      throw Failures.badRequest("metadata.managedFields must be nil");
    }
  }

  private JsonObject merge(Call call, @Nullable JsonObject live, JsonObject config) {
    JsonObject wanted = config.deepCopy();
    ObjectMeta.of(wanted).put("name", call.name());
    String version = ObjectMeta.resourceVersion(wanted);
    ObjectMeta.of(wanted).remove("resourceVersion");
    ServerSideApply.Outcome outcome =
        ServerSideApply.apply(
            BuiltinSchemas.of(call.type()),
            live,
            wanted,
            FieldManager.apply(
                call.options().fieldManager(), call.type().apiVersion(), call.subresource()),
            ignored(call),
            object -> forms.complete(call.type(), object),
            call.options().force(),
            clock.instant());
    return switch (outcome) {
      case ServerSideApply.Applied applied -> {
        JsonObject object = applied.object();
        if (!version.isEmpty()) {
          ObjectMeta.of(object).put("resourceVersion", version);
        }
        yield object;
      }
      case ServerSideApply.Conflicts conflicts -> throw conflict(call, conflicts);
    };
  }

  /** What the request cannot change. */
  private static List<List<String>> ignored(Call call) {
    if (call.subresource().equals("status")) {
      return List.of(List.of("spec"));
    }
    return call.type().hasSubresource("status") ? List.of(List.of("status")) : List.of();
  }

  private static StatusException conflict(Call call, ServerSideApply.Conflicts conflicts) {
    JsonArray causes = new JsonArray();
    for (ServerSideApply.Conflict each : conflicts.conflicts()) {
      causes.append(
          JsonObject.of(
              "reason", "FieldManagerConflict",
              "message", each.message(),
              "field", each.field()));
    }
    JsonObject details = JsonObject.of("name", call.name());
    if (!call.type().group().isEmpty()) {
      details.put("group", call.type().group());
    }
    details.put("kind", call.type().plural());
    return new StatusException(409, "Conflict", conflicts.message(), details.put("causes", causes));
  }
}
