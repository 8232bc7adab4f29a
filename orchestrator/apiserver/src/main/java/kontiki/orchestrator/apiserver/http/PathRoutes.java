package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.health.Health;
import kontiki.orchestrator.apiserver.health.Version;
import kontiki.pki.transport.Headers;

/** Serves paths that are no resources: health, version, metrics, discovery. Thread-safe. */
public final class PathRoutes implements Dispatcher.PathRoute {
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

  private final Health health;
  private final RequestMetrics metrics;
  private final Dispatcher.PathRoute discovery;
  private final Dispatcher.PathRoute openApi;
  private final Dispatcher.PathRoute tokens;

  /**
   * @param tokens the documents by which others can check service account tokens
   */
  public PathRoutes(
      Health health,
      RequestMetrics metrics,
      Dispatcher.PathRoute discovery,
      Dispatcher.PathRoute openApi,
      Dispatcher.PathRoute tokens) {
    this.health = health;
    this.metrics = metrics;
    this.discovery = discovery;
    this.openApi = openApi;
    this.tokens = tokens;
  }

  @Override
  public boolean serve(ApiRequest request) throws IOException, InterruptedException {
    String path = request.info().path();
    String first = path.substring(1).split("/", 2)[0];
    return switch (first) {
      case "livez", "readyz", "healthz" -> health(request, path, first);
      case "version" -> {
        request.respond(200, "application/json", Json.writeIndented(Version.document()));
        yield true;
      }
      case "metrics" -> {
        request.respond(
            200,
            "text/plain; version=0.0.4; charset=utf-8",
            metrics.text().getBytes(StandardCharsets.UTF_8));
        yield true;
      }
      case "openapi" -> openApi.serve(request);
      case ".well-known", "openid" -> tokens.serve(request);
      case "api", "apis" -> discovery.serve(request);
      case "" -> root(request);
      default -> false;
    };
  }

  private static boolean root(ApiRequest request) {
    JsonArray paths =
        JsonArray.of(
            "/api",
            "/apis",
            "/healthz",
            "/livez",
            "/metrics",
            "/openapi/v2",
            "/openapi/v3",
            "/readyz",
            "/version");
    request.respond(200, "application/json", Json.writeIndented(JsonObject.of("paths", paths)));
    return true;
  }

  private boolean health(ApiRequest request, String path, String endpoint) {
    String only =
        path.length() > endpoint.length() + 2 ? path.substring(endpoint.length() + 2) : "";
    Health.Report report =
        health.report(
            endpoint,
            endpoint.equals("readyz"),
            only,
            Set.copyOf(request.query().all("exclude")),
            request.query().has("verbose"));
    if (report == null) {
      return false;
    }
    Headers headers = Headers.of("content-type", PLAIN_TEXT, "x-content-type-options", "nosniff");
    request.respond(
        report.ok() ? 200 : 500, headers, report.text().getBytes(StandardCharsets.UTF_8));
    return true;
  }
}
