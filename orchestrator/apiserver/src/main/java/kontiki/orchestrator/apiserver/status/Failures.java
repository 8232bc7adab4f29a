package kontiki.orchestrator.apiserver.status;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * The errors of the Kubernetes API, with the codes, reasons and words that its clients know
 * (package {@code k8s.io/apimachinery/pkg/api/errors}). Each method makes an exception for the
 * caller to throw.
 */
public final class Failures {
  /**
   * Key of the details under which {@link #expiredContinue} carries its token; it is sent in the
   * Status' own metadata.
   */
  public static final String CONTINUE = "continue";

  private Failures() {}

  /** A resource as messages name it: {@code deployments.apps}, for core {@code pods}. */
  public static String qualified(String group, String resource) {
    return group.isEmpty() ? resource : resource + "." + group;
  }

  private static JsonObject details(String name, String group, String kind) {
    JsonObject details = new JsonObject();
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    if (!group.isEmpty()) {
      details.put("group", group);
    }
    if (!kind.isEmpty()) {
      details.put("kind", kind);
    }
    return details;
  }

  public static StatusException notFound(String group, String resource, String name) {
    return new StatusException(
        404,
        "NotFound",
        qualified(group, resource) + " \"" + name + "\" not found",
        details(name, group, resource));
  }

  /** For a path that is served by nothing. */
  public static StatusException noSuchPath() {
    return new StatusException(
        404, "NotFound", "the server could not find the requested resource", new JsonObject());
  }

  public static StatusException alreadyExists(String group, String resource, String name) {
    return new StatusException(
        409,
        "AlreadyExists",
        qualified(group, resource) + " \"" + name + "\" already exists",
        details(name, group, resource));
  }

  public static StatusException generateNameConflict(String group, String resource, String name) {
    JsonObject details = details(name, group, resource).put("retryAfterSeconds", 1L);
    return new StatusException(
        409,
        "AlreadyExists",
        qualified(group, resource)
            + " \""
            + name
            + "\" already exists, the server was not able to generate a unique name for the object",
        details);
  }

  public static StatusException conflict(
      String group, String resource, String name, String message) {
    return new StatusException(
        409,
        "Conflict",
        "Operation cannot be fulfilled on "
            + qualified(group, resource)
            + " \""
            + name
            + "\": "
            + message,
        details(name, group, resource));
  }

  /** Somebody else changed the object since it was read. */
  public static StatusException modified(String group, String resource, String name) {
    return conflict(
        group,
        resource,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  public static StatusException invalid(
      String group, String kind, String name, List<FieldError> errors) {
    List<String> texts = new ArrayList<>();
    JsonArray causes = new JsonArray(errors.size());
    for (FieldError error : errors) {
      if (!texts.contains(error.text())) {
        texts.add(error.text());
      }
      causes.append(
          JsonObject.of(
              "reason", error.type().reason(),
              "message", error.message(),
              "field", error.field()));
    }
    String all = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    return new StatusException(
        422,
        "Invalid",
        qualified(group, kind) + " \"" + name + "\" is invalid: " + all,
        details(name, group, kind).put("causes", causes));
  }

  public static StatusException badRequest(String message) {
    return new StatusException(400, "BadRequest", message, new JsonObject());
  }

  public static StatusException forbidden(
      String group, String resource, String name, String message) {
    String what = qualified(group, resource) + (name.isEmpty() ? "" : " \"" + name + "\"");
    return new StatusException(
        403, "Forbidden", what + " is forbidden: " + message, details(name, group, resource));
  }

  /** For a path that is no resource. */
  public static StatusException forbiddenPath(String message) {
    return new StatusException(403, "Forbidden", "forbidden: " + message, new JsonObject());
  }

  public static StatusException unauthorized() {
    return new StatusException(401, "Unauthorized", "Unauthorized", new JsonObject());
  }

  public static StatusException methodNotAllowed() {
    return new StatusException(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        new JsonObject());
  }

  public static StatusException notAcceptable(String accepted) {
    return new StatusException(
        406,
        "NotAcceptable",
        "only the following media types are accepted: " + accepted,
        new JsonObject());
  }

  public static StatusException unsupportedMediaType(String accepted) {
    return new StatusException(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
            + accepted,
        new JsonObject());
  }

  public static StatusException tooLarge(long limitBytes) {
    return new StatusException(
        413,
        "RequestEntityTooLarge",
        "Request entity too large: limit is " + limitBytes,
        new JsonObject());
  }

  /** The wanted resource version is no longer known. */
  public static StatusException expired(String message) {
    return new StatusException(410, "Expired", message, new JsonObject());
  }

  /** An expired continue token, and one that goes on with newer objects. */
  public static StatusException expiredContinue(String freshToken) {
    return new StatusException(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can"
            + " start a new list without the continue parameter, or use the continue token in this"
            + " response to retrieve the remainder of the results. Continuing with the provided"
            + " token results in an inconsistent list - objects that were created, modified, or"
            + " deleted between the time the first chunk was returned and now may show up in the"
            + " list.",
        JsonObject.of(CONTINUE, freshToken));
  }

  /** The wanted resource version lies ahead of the store. */
  public static StatusException revisionTooLarge(long wanted, long current) {
    JsonObject cause =
        JsonObject.of("reason", "ResourceVersionTooLarge", "message", "Too large resource version");
    return new StatusException(
        504,
        "Timeout",
        "Too large resource version: " + wanted + ", current: " + current,
        JsonObject.of("causes", JsonArray.of(cause), "retryAfterSeconds", 1L));
  }

  public static StatusException tooManyRequests(String message, long retryAfterSeconds) {
    return new StatusException(
        429, "TooManyRequests", message, JsonObject.of("retryAfterSeconds", retryAfterSeconds));
  }

  public static StatusException unavailable(String message) {
    return new StatusException(503, "ServiceUnavailable", message, new JsonObject());
  }

  public static StatusException internal(String message) {
    JsonObject cause = JsonObject.of("message", message);
    return new StatusException(
        500,
        "InternalError",
        "Internal error occurred: " + message,
        JsonObject.of("causes", JsonArray.of(cause)));
  }
}
