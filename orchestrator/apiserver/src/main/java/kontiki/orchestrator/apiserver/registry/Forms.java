package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.defaults.Defaults;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.schema.TypeMismatchException;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.Failures;

/** Where objects meet their schemas: unknown fields, types, defaults, canonical form. Pure. */
public final class Forms {
  /** Unknown and duplicate fields that are named to the client at most. */
  static final int NAMED_FIELDS_MAX = 64;

  Forms() {}

  /**
   * An object from a client in canonical form, with its defaults. Unknown and duplicate fields are
   * refused, told or left out, as the call asks for.
   *
   * @param duplicates fields that the client's document had twice
   */
  public JsonObject accept(Call call, JsonObject object, List<String> duplicates) {
    object.put("apiVersion", call.type().apiVersion());
    object.put("kind", call.type().kind());
    StructType struct = BuiltinSchemas.of(call.type());
    List<String> problems = new ArrayList<>();
    JsonObject canonical;
    try {
      canonical = TypedReader.read(struct, object, field -> problems.add(text("unknown", field)));
    } catch (TypeMismatchException e) {
      throw Failures.badRequest(cannotHandle(call.type()) + e.getMessage());
    }
    duplicates.forEach(field -> problems.add(text("duplicate", field)));
    report(call, problems);
    return Defaults.apply(struct, canonical);
  }

  /**
   * Checks the fields of what a manager applies, which is only part of an object; what is unknown
   * is refused, told or ignored, as the call asks for.
   */
  void check(Call call, JsonObject config, List<String> duplicates) {
    List<String> problems = new ArrayList<>();
    try {
      TypedReader.read(
          BuiltinSchemas.of(call.type()), config, field -> problems.add(text("unknown", field)));
    } catch (TypeMismatchException e) {
      throw Failures.badRequest(cannotHandle(call.type()) + e.getMessage());
    }
    duplicates.forEach(field -> problems.add(text("duplicate", field)));
    report(call, problems);
  }

  /** An object in canonical form, with its defaults. */
  JsonObject complete(ResourceType type, JsonObject object) {
    StructType struct = BuiltinSchemas.of(type);
    return Defaults.apply(struct, normalize(type, object));
  }

  private static String text(String what, String field) {
    return what + " field \"" + field + "\"";
  }

  private static void report(Call call, List<String> problems) {
    List<String> named = problems.subList(0, Math.min(problems.size(), NAMED_FIELDS_MAX));
    if (named.isEmpty()) {
      return;
    }
    switch (call.options().fieldValidation()) {
      case IGNORE -> {
        // The client does not want to know.
      }
      case WARN -> named.forEach(call::warn);
      case STRICT ->
          throw Failures.badRequest(
              cannotHandle(call.type()) + "strict decoding error: " + String.join(", ", named));
    }
  }

  private static String cannotHandle(ResourceType type) {
    return type.kind()
        + " in version \""
        + type.version()
        + "\" cannot be handled as a "
        + type.kind()
        + ": ";
  }

  /** Gives an object its type and its place. */
  static void prepare(Call call, JsonObject object) {
    object.put("apiVersion", call.type().apiVersion());
    object.put("kind", call.type().kind());
    JsonObject metadata = ObjectMeta.of(object);
    if (call.type().namespaced()) {
      metadata.put("namespace", call.namespace());
    } else {
      metadata.remove("namespace");
    }
  }

  /** The object in the form in which it is stored. */
  static JsonObject normalize(ResourceType type, JsonObject object) {
    try {
      return TypedReader.read(BuiltinSchemas.of(type), object);
    } catch (TypeMismatchException e) {
      throw Failures.badRequest(cannotHandle(type) + e.getMessage());
    }
  }
}
