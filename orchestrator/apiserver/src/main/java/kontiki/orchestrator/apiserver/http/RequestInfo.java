package kontiki.orchestrator.apiserver.http;

import java.util.List;
import java.util.Set;

/**
 * What a request is about, read from its method, path and query alone.
 *
 * @param resourceRequest whether it is about objects; else only verb and path count
 * @param verb for objects get, list, watch, create, update, patch, delete or deletecollection; else
 *     the method in lower case
 * @param group empty for core
 * @param namespace empty for cluster-wide requests
 * @param name empty for collections
 * @param rest what follows the subresource in the path, as with proxies
 */
public record RequestInfo(
    String path,
    boolean resourceRequest,
    String verb,
    String group,
    String version,
    String namespace,
    String resource,
    String subresource,
    String name,
    List<String> rest) {

  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

  private static RequestInfo path(String method, String path) {
    return new RequestInfo(
        path, false, method.toLowerCase(java.util.Locale.ROOT), "", "", "", "", "", "", List.of());
  }

  /** Reads a request as {@code k8s.io/apiserver/pkg/endpoints/request.RequestInfoFactory} does. */
  public static RequestInfo parse(String method, String path, Query query) {
    List<String> parts = List.of(path.split("/", -1)).subList(1, path.split("/", -1).length);
    parts = parts.stream().filter(part -> !part.isEmpty()).toList();
    boolean legacy = !parts.isEmpty() && parts.getFirst().equals("api");
    boolean grouped = !parts.isEmpty() && parts.getFirst().equals("apis");
    int head = legacy ? 2 : 3;
    if (!(legacy || grouped) || parts.size() <= head) {
      return path(method, path);
    }
    String group = legacy ? "" : parts.get(1);
    String version = parts.get(head - 1);
    List<String> tail = parts.subList(head, parts.size());
    boolean watchPath = tail.getFirst().equals("watch");
    if (watchPath) {
      tail = tail.subList(1, tail.size());
      if (tail.isEmpty()) {
        return path(method, path);
      }
    }
    Target target = target(tail);
    String verb = verb(method, target.name(), watchPath, query);
    String name = target.name();
    if (name.isEmpty() && (verb.equals("list") || verb.equals("watch"))) {
      name = query.nameInFieldSelector();
    }
    return new RequestInfo(
        path,
        true,
        verb,
        group,
        version,
        target.namespace(),
        target.resource(),
        target.subresource(),
        name,
        target.rest());
  }

  private record Target(
      String namespace, String resource, String name, String subresource, List<String> rest) {}

  private static Target target(List<String> tail) {
    String namespace = "";
    List<String> parts = tail;
    if (parts.getFirst().equals("namespaces") && parts.size() > 1) {
      namespace = parts.get(1);
      if (parts.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(parts.get(2))) {
        parts = parts.subList(2, parts.size());
      }
    }
    String resource = parts.getFirst();
    String name = parts.size() > 1 ? parts.get(1) : "";
    String subresource = parts.size() > 2 ? parts.get(2) : "";
    List<String> rest = parts.size() > 3 ? parts.subList(3, parts.size()) : List.of();
    return new Target(namespace, resource, name, subresource, rest);
  }

  private static String verb(String method, String name, boolean watchPath, Query query) {
    return switch (method) {
      case "GET", "HEAD" -> {
        if (watchPath || (name.isEmpty() && query.isTrue("watch"))) {
          yield "watch";
        }
        yield name.isEmpty() ? "list" : "get";
      }
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> method.toLowerCase(java.util.Locale.ROOT);
    };
  }

  /** Whether the request changes something. */
  public boolean isMutating() {
    return switch (verb) {
      case "get", "list", "watch", "head", "options" -> false;
      default -> true;
    };
  }

  /** Whether the request lives as long as the client likes. */
  public boolean isLongRunning() {
    return verb.equals("watch")
        || switch (subresource) {
          case "log", "exec", "attach", "portforward", "proxy" -> true;
          default -> false;
        };
  }
}
