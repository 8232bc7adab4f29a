package kontiki.orchestrator.apiserver.registry;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kontiki.orchestrator.api.patch.JsonPatch;
import kontiki.orchestrator.api.patch.MergePatch;
import kontiki.orchestrator.api.patch.PatchException;
import kontiki.orchestrator.api.patch.StrategicMergePatch;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** Changes objects by patches of all types. Thread-safe. */
public final class Patcher {
  static final String JSON_PATCH = "application/json-patch+json";
  static final String MERGE_PATCH = "application/merge-patch+json";
  static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
  public static final String APPLY_PATCH = "application/apply-patch+yaml";

  private final ObjectWriter writer;
  private final Forms forms;
  private final InstantSource clock;

  Patcher(ObjectWriter writer, Forms forms, InstantSource clock) {
    this.writer = writer;
    this.forms = forms;
    this.clock = clock;
  }

  /**
   * @param mediaType of the patch, without parameters
   */
  public ObjectWriter.Written patch(Call call, String mediaType, byte[] body) {
    if (mediaType.equals(APPLY_PATCH)) {
      return new Applier(writer, forms, clock).apply(call, body);
    }
    List<String> duplicates = new ArrayList<>();
    UnaryOperator<JsonObject> change =
        operator(
            call,
            mediaType,
            body,
            call.type().builtin() ? BuiltinSchemas.of(call.type()) : null,
            duplicates);
    JsonObject changed =
        writer.change(call, null, old -> forms.accept(call, apply(call, change, old), duplicates));
    if (changed == null) {
      throw call.resource().notFound(call.name());
    }
    return new ObjectWriter.Written(changed, false);
  }

  /** Applies a patch of one of the plain types to an object that is not stored itself. */
  public static JsonObject plain(
      Call call, String mediaType, byte[] body, JsonObject object, StructType struct) {
    return apply(call, operator(call, mediaType, body, struct, new ArrayList<>()), object);
  }

  private static UnaryOperator<JsonObject> operator(
      Call call,
      String mediaType,
      byte[] body,
      @Nullable StructType struct,
      List<String> duplicates) {
    return switch (mediaType) {
      case JSON_PATCH -> {
        Object patch = Json.parse(body, JsonLimits.REQUEST, duplicates::add);
        yield old -> JsonPatch.apply(old, patch);
      }
      case MERGE_PATCH -> {
        JsonObject patch = object(body, duplicates);
        yield old -> MergePatch.apply(old, patch);
      }
      case STRATEGIC_PATCH -> {
        if (struct == null) {
          throw unsupported(call);
        }
        JsonObject patch = object(body, duplicates);
        yield old -> StrategicMergePatch.apply(struct, old, patch);
      }
      default -> throw unsupported(call);
    };
  }

  private static JsonObject apply(Call call, UnaryOperator<JsonObject> change, JsonObject old) {
    try {
      return change.apply(old);
    } catch (PatchException e) {
      throw refusal(call, e);
    }
  }

  private static kontiki.orchestrator.apiserver.status.StatusException refusal(
      Call call, PatchException failure) {
    return switch (failure.reason()) {
      case MALFORMED -> Failures.badRequest(String.valueOf(failure.getMessage()));
      case INAPPLICABLE ->
          new kontiki.orchestrator.apiserver.status.StatusException(
              422,
              "Invalid",
              "the server rejected our request due to an error in our request: "
                  + failure.getMessage(),
              JsonObject.of("kind", call.type().kind(), "name", call.name()));
    };
  }

  private static JsonObject object(byte[] body, List<String> duplicates) {
    @Nullable Object patch = Json.parse(body, JsonLimits.REQUEST, duplicates::add);
    if (patch instanceof JsonObject object) {
      return object;
    }
    throw Failures.badRequest("the patch is not an object but " + Json.kindOf(patch));
  }

  private static kontiki.orchestrator.apiserver.status.StatusException unsupported(Call call) {
    return Failures.unsupportedMediaType(
        call.type().builtin()
            ? JSON_PATCH + ", " + MERGE_PATCH + ", " + STRATEGIC_PATCH + ", " + APPLY_PATCH
            : JSON_PATCH + ", " + MERGE_PATCH + ", " + APPLY_PATCH);
  }
}
