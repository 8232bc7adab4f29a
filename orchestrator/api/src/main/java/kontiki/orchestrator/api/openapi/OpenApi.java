package kontiki.orchestrator.api.openapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import kontiki.orchestrator.api.catalog.GroupVersion;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.openapi.Operation.Parameter;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * OpenAPI documents of what is served: version 3 for each version of a group, version 2 for all in
 * one. Pure functions of a catalog; large, so that callers keep the bytes.
 */
public final class OpenApi {
  private static final List<String> PATCHES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          "application/apply-patch+yaml");
  private static final List<String> BODIES =
      List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

  private OpenApi() {}

  /**
   * {@code /openapi/v3}: which documents there are.
   *
   * @param hash of a version of a group: changes when its document does
   */
  public static JsonObject index(ResourceCatalog catalog, Function<GroupVersion, String> hash) {
    JsonObject paths = new JsonObject();
    for (String group : catalog.groups()) {
      for (String version : catalog.versions(group)) {
        GroupVersion one = new GroupVersion(group, version);
        String path = one.path().substring(1);
        paths.append(
            path,
            JsonObject.of("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash.apply(one)));
      }
    }
    return JsonObject.of("paths", paths);
  }

  /** The hash by which clients keep a document. */
  public static String hash(byte[] document) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-512").digest(document);
      return HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-512", impossible);
    }
  }

  /** A hash of what a catalog serves of a version: it can be had without making the document. */
  public static String hash(ResourceCatalog catalog, GroupVersion version, String release) {
    String content = release + catalog.resources(version.group(), version.version());
    return hash(content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * {@code /openapi/v3/apis/GROUP/VERSION}: the document of the built-in resources of a version.
   *
   * @param release the version of Kubernetes that is served, as {@code v1.36.0}
   */
  public static JsonObject v3(ResourceCatalog catalog, GroupVersion version, String release) {
    SchemaDocuments schemas = new SchemaDocuments(catalog, true);
    List<Operation> operations =
        Operations.of(catalog, version.group(), version.version(), schemas);
    JsonObject paths = new JsonObject();
    for (Operation operation : operations) {
      paths
          .ensureObject(operation.path())
          .put(
              operation.method(),
              v3(operation, Operations.tag(version.group(), version.version())));
    }
    names(paths, true);
    return JsonObject.of(
        "openapi",
        "3.0.0",
        "info",
        JsonObject.of("title", "Kubernetes", "version", release),
        "paths",
        paths,
        "components",
        JsonObject.of(
            "schemas", schemas.all(), "securitySchemes", JsonObject.of("BearerToken", bearer())));
  }

  private static JsonObject bearer() {
    return JsonObject.of(
        "type",
        "apiKey",
        "description",
        "Bearer Token authentication",
        "name",
        "authorization",
        "in",
        "header");
  }

  private static JsonObject v3(Operation operation, String tag) {
    JsonObject document = head(operation, tag);
    JsonArray parameters = new JsonArray();
    for (Parameter parameter : operation.parameters()) {
      parameters.append(
          JsonObject.of(
              "name",
              parameter.name(),
              "in",
              "query",
              "description",
              parameter.description(),
              "schema",
              JsonObject.of("type", parameter.type(), "uniqueItems", true)));
    }
    document.put("parameters", parameters);
    JsonObject body = operation.body();
    if (body != null) {
      JsonObject content = new JsonObject();
      for (String media : operation.method().equals("patch") ? PATCHES : BODIES) {
        content.put(media, JsonObject.of("schema", body));
      }
      document.put(
          "requestBody",
          operation.method().equals("delete")
              ? JsonObject.of("content", content)
              : JsonObject.of("content", content, "required", true));
    }
    JsonObject answers = new JsonObject();
    for (String media : operation.answer() == null ? List.of("*/*") : BODIES) {
      JsonObject answer = operation.answer();
      answers.put(
          media,
          JsonObject.of("schema", answer == null ? JsonObject.of("type", "string") : answer));
    }
    document.put(
        "responses",
        JsonObject.of(
            "200",
            JsonObject.of("description", "OK", "content", answers),
            "401",
            JsonObject.of("description", "Unauthorized")));
    return tail(document, operation);
  }

  private static JsonObject head(Operation operation, String tag) {
    return JsonObject.of(
        "tags",
        List.of(tag),
        "description",
        operation.description(),
        "operationId",
        operation.id());
  }

  private static JsonObject tail(JsonObject document, Operation operation) {
    return document
        .put("x-kubernetes-action", operation.action())
        .put("x-kubernetes-group-version-kind", operation.kind());
  }

  /** Adds the parameters of the paths themselves: the namespace and the name. */
  private static void names(JsonObject paths, boolean v3) {
    for (String path : paths.keys()) {
      JsonArray parameters = new JsonArray();
      for (String name : new String[] {"namespace", "name"}) {
        if (path.contains("{" + name + "}")) {
          JsonObject parameter =
              JsonObject.of(
                  "name", name, "in", "path", "description", "the " + name, "required", true);
          if (v3) {
            parameter.put("schema", JsonObject.of("type", "string", "uniqueItems", true));
          } else {
            parameter.put("type", "string").put("uniqueItems", true);
          }
          parameters.append(parameter);
        }
      }
      if (!parameters.isEmpty()) {
        paths.ensureObject(path).put("parameters", parameters);
      }
    }
  }

  /** {@code /openapi/v2}: one document of all built-in resources. */
  public static JsonObject v2(ResourceCatalog catalog, String release) {
    SchemaDocuments schemas = new SchemaDocuments(catalog, false);
    JsonObject paths = new JsonObject();
    for (String group : catalog.groups()) {
      for (String version : catalog.versions(group)) {
        for (Operation operation : Operations.of(catalog, group, version, schemas)) {
          paths
              .ensureObject(operation.path())
              .put(operation.method(), v2(operation, Operations.tag(group, version)));
        }
      }
    }
    names(paths, false);
    return JsonObject.of(
        "swagger",
        "2.0",
        "info",
        JsonObject.of("title", "Kubernetes", "version", release),
        "paths",
        paths,
        "definitions",
        schemas.all(),
        "securityDefinitions",
        JsonObject.of("BearerToken", bearer()),
        "security",
        List.of(JsonObject.of("BearerToken", List.of())));
  }

  private static JsonObject v2(Operation operation, String tag) {
    JsonObject document = head(operation, tag);
    document.put("consumes", operation.method().equals("patch") ? PATCHES : List.of("*/*"));
    document.put("produces", operation.answer() == null ? List.of("*/*") : BODIES);
    document.put("schemes", List.of("https"));
    List<JsonObject> parameters = new ArrayList<>();
    JsonObject body = operation.body();
    if (body != null) {
      JsonObject parameter = JsonObject.of("name", "body", "in", "body");
      if (!operation.method().equals("delete")) {
        parameter.put("required", true);
      }
      parameters.add(parameter.put("schema", body));
    }
    for (Parameter parameter : operation.parameters()) {
      parameters.add(
          JsonObject.of(
              "name",
              parameter.name(),
              "in",
              "query",
              "description",
              parameter.description(),
              "type",
              parameter.type(),
              "uniqueItems",
              true));
    }
    document.put("parameters", parameters);
    JsonObject answer = operation.answer();
    document.put(
        "responses",
        JsonObject.of(
            "200",
            JsonObject.of(
                "description",
                "OK",
                "schema",
                answer == null ? JsonObject.of("type", "string") : answer),
            "401",
            JsonObject.of("description", "Unauthorized")));
    return tail(document, operation);
  }
}
