package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.util.List;
import kontiki.orchestrator.api.catalog.GroupVersion;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.discovery.Discovery;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.wire.KubernetesProtobuf;
import kontiki.pki.transport.Headers;
import org.jspecify.annotations.Nullable;

/** Serves discovery: {@code /api}, {@code /apis} and what is below them. Thread-safe. */
public final class DiscoveryRoutes implements Dispatcher.PathRoute {
  private static final String AGGREGATED = "APIGroupDiscoveryList";
  private static final List<String> AGGREGATED_VERSIONS = List.of("v2", "v2beta1");

  private final ResourceCatalog catalog;
  private final String serverAddress;

  /**
   * @param serverAddress host and port at which the API server is reached
   */
  public DiscoveryRoutes(ResourceCatalog catalog, String serverAddress) {
    this.catalog = catalog;
    this.serverAddress = serverAddress;
  }

  @Override
  public boolean serve(ApiRequest request) throws IOException {
    String path = request.info().path();
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return false;
    }
    String[] parts = trimmed.substring(Math.min(1, trimmed.length())).split("/");
    boolean core = parts[0].equals("api");
    if (!core && !parts[0].equals("apis")) {
      return false;
    }
    if (parts.length == 1) {
      root(request, core);
      return true;
    }
    JsonObject document = document(core, parts);
    if (document == null) {
      return false;
    }
    plain(request, document);
    return true;
  }

  private @Nullable JsonObject document(boolean core, String[] parts) {
    if (core) {
      return parts.length == 2
          ? Discovery.resourceList(catalog, new GroupVersion("", parts[1]))
          : null;
    }
    return switch (parts.length) {
      case 2 -> Discovery.group(catalog, parts[1]);
      case 3 -> Discovery.resourceList(catalog, new GroupVersion(parts[1], parts[2]));
      default -> null;
    };
  }

  private void root(ApiRequest request, boolean core) throws IOException {
    for (MediaRange range : MediaRange.parseAll(request.header("accept"))) {
      boolean aggregated =
          range.type().equals("application/json")
              && range.parameter("as").equals(AGGREGATED)
              && range.parameter("g").equals("apidiscovery.k8s.io")
              && AGGREGATED_VERSIONS.contains(range.parameter("v"));
      if (aggregated) {
        String version = range.parameter("v");
        byte[] body = Json.write(Discovery.aggregated(catalog, version, core));
        Documents.send(
            request,
            "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=" + AGGREGATED,
            body,
            Documents.etag(body));
        return;
      }
      if (range.parameter("as").isEmpty() && range.accepts("application/json")) {
        break;
      }
    }
    plain(
        request,
        core ? Discovery.coreVersions(catalog, serverAddress) : Discovery.groupList(catalog));
  }

  private static void plain(ApiRequest request, JsonObject document) throws IOException {
    boolean protobuf =
        MediaRange.parseAll(request.header("accept")).stream()
                .findFirst()
                .filter(range -> range.type().equals(KubernetesProtobuf.MEDIA_TYPE))
                .isPresent()
            && KubernetesProtobuf.supports(
                document.string("apiVersion", "v1"), document.string("kind", ""));
    if (protobuf) {
      request.respond(
          200,
          Headers.of("content-type", KubernetesProtobuf.MEDIA_TYPE),
          KubernetesProtobuf.encode(document));
    } else {
      Answers.send(request, "application/json", Json.write(document));
    }
  }
}
