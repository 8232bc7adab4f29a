package kontiki.orchestrator.api.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.openapi.Operation.Parameter;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** The operations of the resources of a version of a group. */
final class Operations {
  private static final List<Parameter> PRETTY =
      List.of(new Parameter("pretty", "string", "If 'true', then the output is pretty printed."));
  private static final List<Parameter> WRITE =
      List.of(
          new Parameter(
              "dryRun", "string", "'All' processes the request without persisting anything."),
          new Parameter("fieldManager", "string", "The name of the actor that makes the change."),
          new Parameter(
              "fieldValidation",
              "string",
              "What to do with unknown or duplicate fields: Ignore, Warn or Strict."));
  private static final List<Parameter> FORCE =
      List.of(
          new Parameter(
              "force", "boolean", "Take fields over from other managers; of apply patches only."));
  private static final List<Parameter> LIST =
      List.of(
          new Parameter("allowWatchBookmarks", "boolean", "Ask for bookmarks while watching."),
          new Parameter("continue", "string", "Go on with a list where a chunk of it ended."),
          new Parameter("fieldSelector", "string", "Restrict the objects by their fields."),
          new Parameter("labelSelector", "string", "Restrict the objects by their labels."),
          new Parameter("limit", "integer", "The most objects to return in one answer."),
          new Parameter("resourceVersion", "string", "The version that the answer is based on."),
          new Parameter(
              "resourceVersionMatch", "string", "How resourceVersion is meant for a list."),
          new Parameter(
              "sendInitialEvents", "boolean", "Begin a watch with the objects that there are."),
          new Parameter("timeoutSeconds", "integer", "End the call after this time."),
          new Parameter("watch", "boolean", "Watch for changes instead of listing."));
  private static final List<Parameter> DELETE =
      List.of(
          new Parameter(
              "dryRun", "string", "'All' processes the request without persisting anything."),
          new Parameter("gracePeriodSeconds", "integer", "How long the object may take to end."),
          new Parameter(
              "orphanDependents", "boolean", "Deprecated: use propagationPolicy instead."),
          new Parameter("propagationPolicy", "string", "Orphan, Background or Foreground."));

  private final ResourceCatalog catalog;
  private final SchemaDocuments schemas;
  private final List<Operation> operations = new ArrayList<>();

  private Operations(ResourceCatalog catalog, SchemaDocuments schemas) {
    this.catalog = catalog;
    this.schemas = schemas;
  }

  static List<Operation> of(
      ResourceCatalog catalog, String group, String version, SchemaDocuments schemas) {
    Operations all = new Operations(catalog, schemas);
    for (ResourceType type : all.catalog.resources(group, version)) {
      if (type.builtin()) {
        all.resource(type);
      }
    }
    return all.operations;
  }

  private void resource(ResourceType type) {
    StructType struct = BuiltinSchemas.of(type);
    JsonObject object = schemas.reference(struct);
    StructType list = BuiltinSchemas.forKind(type.apiVersion(), type.listKind());
    JsonObject listed = list == null ? object : schemas.reference(list);
    String collection = type.path("{namespace}");
    String item = collection + "/{name}";
    if (type.allows("list")) {
      add(type, collection, "get", "list", "list", LIST, null, listed);
      if (type.namespaced()) {
        add(type, type.path(null), "get", "list", "listAll", LIST, null, listed);
      }
    }
    if (type.allows("create")) {
      add(type, collection, "post", "post", "create", WRITE, object, object);
    }
    JsonObject status = schemas.reference(BuiltinSchemas.struct("meta/v1", "Status"));
    JsonObject options = schemas.reference(BuiltinSchemas.struct("meta/v1", "DeleteOptions"));
    if (type.allows("deletecollection")) {
      List<Parameter> both = joined(DELETE, LIST);
      add(
          type,
          collection,
          "delete",
          "deletecollection",
          "deleteCollection",
          both,
          options,
          status);
    }
    item(type, item, object);
    if (type.allows("delete")) {
      add(type, item, "delete", "delete", "delete", DELETE, options, status);
    }
    for (Subresource subresource : type.subresources()) {
      subresource(type, subresource, item + "/" + subresource.name());
    }
  }

  private void item(ResourceType type, String path, JsonObject object) {
    JsonObject patch = schemas.reference(TypeNames.PATCH);
    if (type.allows("get")) {
      add(type, path, "get", "get", "read", List.of(), null, object);
    }
    if (type.allows("update")) {
      add(type, path, "put", "put", "replace", WRITE, object, object);
    }
    if (type.allows("patch")) {
      add(type, path, "patch", "patch", "patch", joined(WRITE, FORCE), patch, object);
    }
  }

  private void subresource(ResourceType type, Subresource subresource, String path) {
    StructType struct =
        BuiltinSchemas.forKind(subresource.group(), subresource.version(), subresource.kind());
    boolean connects = struct == null || subresource.kind().endsWith("Options");
    JsonObject object = struct == null || connects ? null : schemas.reference(struct);
    JsonObject kind = kind(subresource.group(), subresource.version(), subresource.kind());
    String suffix = capital(subresource.name());
    for (String verb : subresource.verbs()) {
      String method =
          switch (verb) {
            case "create" -> "post";
            case "update" -> "put";
            default -> verb;
          };
      boolean writes = !method.equals("get") && !method.equals("delete");
      List<Parameter> parameters =
          connects || !writes ? List.of() : method.equals("patch") ? joined(WRITE, FORCE) : WRITE;
      JsonObject body =
          !writes || connects
              ? null
              : method.equals("patch") ? schemas.reference(TypeNames.PATCH) : object;
      String prefix =
          switch (method) {
            case "get" -> connects ? "connectGet" : "read";
            case "post" -> connects ? "connectPost" : "create";
            case "put" -> connects ? "connectPut" : "replace";
            case "patch" -> connects ? "connectPatch" : "patch";
            default -> connects ? "connectDelete" : "delete";
          };
      operations.add(
          new Operation(
              path,
              method,
              id(prefix, type, suffix),
              connects ? "connect" : method,
              "%s %s of the specified %s".formatted(method, subresource.name(), type.kind()),
              kind,
              joined(parameters, PRETTY),
              body,
              subresource.name().equals("log") ? null : object));
    }
  }

  private void add(
      ResourceType type,
      String path,
      String method,
      String action,
      String prefix,
      List<Parameter> parameters,
      @Nullable JsonObject body,
      @Nullable JsonObject answer) {
    boolean all = prefix.equals("listAll");
    operations.add(
        new Operation(
            path,
            method,
            all ? id("list", type, "ForAllNamespaces") : id(prefix, type, ""),
            action,
            "%s objects of kind %s".formatted(action, type.kind()),
            kind(type.group(), type.version(), type.kind()),
            joined(parameters, PRETTY),
            body,
            answer));
  }

  private static List<Parameter> joined(List<Parameter> some, List<Parameter> others) {
    List<Parameter> all = new ArrayList<>(some);
    for (Parameter other : others) {
      if (all.stream().noneMatch(one -> one.name().equals(other.name()))) {
        all.add(other);
      }
    }
    return all;
  }

  private static JsonObject kind(String group, String version, String kind) {
    return JsonObject.of("group", group, "kind", kind, "version", version);
  }

  /** As in the published documents: {@code createCoreV1NamespacedPodBinding}. */
  private static String id(String prefix, ResourceType type, String suffix) {
    boolean everywhere = suffix.equals("ForAllNamespaces");
    return prefix
        + groupName(type.group())
        + capital(type.version())
        + (type.namespaced() && !everywhere ? "Namespaced" : "")
        + type.kind()
        + suffix;
  }

  private static String groupName(String group) {
    if (group.isEmpty()) {
      return "Core";
    }
    StringBuilder name = new StringBuilder();
    for (String part : group.replaceFirst("\\.k8s\\.io$", "").split("\\.")) {
      name.append(capital(part));
    }
    return name.toString();
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** The tag of a group's operations: {@code core_v1}, {@code apps_v1}. */
  static String tag(String group, String version) {
    String name = groupName(group);
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1) + "_" + version;
  }
}
