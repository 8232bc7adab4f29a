package kontiki.orchestrator.apiserver.http;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.wire.KubernetesProtobuf;
import kontiki.orchestrator.api.yaml.Yaml;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.Patcher;
import kontiki.orchestrator.apiserver.registry.WriteOptions;
import kontiki.orchestrator.apiserver.registry.WriteOptions.FieldValidation;
import kontiki.orchestrator.apiserver.status.Failures;

/** Reads bodies and options of requests. Stateless. */
final class Bodies {
  static final String ACCEPTED =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";

  private Bodies() {}

  /** An object, and fields that it had twice. */
  record Decoded(JsonObject object, List<String> duplicates) {}

  static String mediaType(ApiRequest request) {
    String header = request.header("content-type");
    return header.isEmpty() ? "application/json" : MediaRange.parse(header).type();
  }

  /** The object that a request carries. */
  static Decoded object(ApiRequest request) {
    byte[] body = request.body();
    List<String> duplicates = new ArrayList<>();
    return switch (mediaType(request)) {
      case "application/json" -> {
        Object value = Json.parse(body, JsonLimits.REQUEST, duplicates::add);
        if (value instanceof JsonObject object) {
          yield new Decoded(object, duplicates);
        }
        throw Failures.badRequest("the body is not an object but " + Json.kindOf(value));
      }
      case "application/yaml" ->
          new Decoded(Yaml.parseObject(body, JsonLimits.REQUEST, duplicates::add), duplicates);
      case KubernetesProtobuf.MEDIA_TYPE ->
          new Decoded(KubernetesProtobuf.decode(body), duplicates);
      default -> throw Failures.unsupportedMediaType(ACCEPTED);
    };
  }

  /** An object that need not be there, as DeleteOptions; empty where it is not. */
  static JsonObject optionalObject(ApiRequest request) {
    byte[] body = request.body();
    if (body.length == 0) {
      return new JsonObject();
    }
    if (KubernetesProtobuf.matches(body)) {
      return KubernetesProtobuf.decode(body);
    }
    return mediaType(request).equals("application/yaml")
        ? Yaml.parseObject(body, JsonLimits.REQUEST, field -> {})
        : Json.parseObject(body);
  }

  /** Refuses an object of another kind or version than the request's path says. */
  static void checkKind(Call call, String apiVersion, String kind, JsonObject object) {
    String givenVersion = object.string("apiVersion", "");
    String givenKind = object.string("kind", "");
    if (!givenKind.isEmpty() && !givenKind.equals(kind)) {
      throw Failures.badRequest(
          call.type().kind()
              + " in version \""
              + call.type().version()
              + "\" cannot be handled as a "
              + givenKind);
    }
    if (!givenVersion.isEmpty() && !givenVersion.equals(apiVersion)) {
      throw Failures.badRequest(
          "the API version in the data ("
              + givenVersion
              + ") does not match the expected API version ("
              + apiVersion
              + ")");
    }
  }

  static WriteOptions writeOptions(ApiRequest request) {
    Query query = request.query();
    for (String dryRun : query.all("dryRun")) {
      if (!dryRun.equals("All") && !dryRun.isEmpty()) {
        throw Failures.badRequest(
            "invalid value for dryRun: \"" + dryRun + "\": the only supported value is All");
      }
    }
    return new WriteOptions(
        query.get("dryRun").equals("All"),
        manager(request),
        fieldValidation(query.get("fieldValidation")),
        mediaType(request).equals(Patcher.APPLY_PATCH),
        query.isTrue("force"));
  }

  private static FieldValidation fieldValidation(String text) {
    return switch (text) {
      case "", "Warn" -> FieldValidation.WARN;
      case "Strict" -> FieldValidation.STRICT;
      case "Ignore" -> FieldValidation.IGNORE;
      default ->
          throw Failures.badRequest(
              "fieldValidation: Unsupported value: \""
                  + text
                  + "\": supported values: \"Ignore\", \"Warn\", \"Strict\"");
    };
  }

  /** As in the field: the name given, else the first part of the user agent. */
  private static String manager(ApiRequest request) {
    String given = request.query().get("fieldManager");
    if (!given.isEmpty()) {
      return given;
    }
    String agent = request.header("user-agent");
    int slash = agent.indexOf('/');
    String name = slash < 0 ? agent : agent.substring(0, slash);
    return name.isEmpty() ? "unknown" : name;
  }
}
