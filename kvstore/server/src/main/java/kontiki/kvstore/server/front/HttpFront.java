package kontiki.kvstore.server.front;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import kontiki.kvstore.server.EtcdVersion;
import kontiki.kvstore.server.front.HealthChecks.Result;
import kontiki.kvstore.server.gateway.Gateway;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.HttpHandler;

/** What a member answers over plain HTTP requests on its client port. Safe for many threads. */
public final class HttpFront implements HttpHandler {
  private static final Headers JSON = Headers.of("content-type", "application/json");
  private static final Headers METRICS =
      Headers.of("content-type", "text/plain; version=0.0.4; charset=utf-8");

  private final HealthChecks checks;
  private final Metrics metrics;
  private final Gateway gateway;

  public HttpFront(RaftNode node, Metrics metrics, Gateway gateway) {
    this.checks = new HealthChecks(node);
    this.metrics = metrics;
    this.gateway = gateway;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException, InterruptedException {
    String path = exchange.path();
    if (path.startsWith("/v3/")) {
      gateway.handle(exchange);
      return;
    }
    List<Result> results = null;
    boolean known =
        switch (path) {
          case "/version", "/health", "/metrics" -> true;
          default -> {
            results = checks.run(path, exchange.query().getOrDefault("exclude", List.of()));
            yield results != null;
          }
        };
    if (!known) {
      exchange.respond(404, "404 page not found\n");
    } else if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
      byte[] text = "Method Not Allowed\n".getBytes(StandardCharsets.UTF_8);
      exchange.respond(405, Headers.of("allow", "GET", "content-type", "text/plain"), text);
    } else if (results != null) {
      checked(exchange, results);
    } else {
      answer(exchange, path);
    }
  }

  private void answer(HttpExchange exchange, String path) {
    switch (path) {
      case "/version" -> json(exchange, 200, version());
      case "/health" -> health(exchange);
      default -> exchange.respond(200, METRICS, metrics.text().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void checked(HttpExchange exchange, List<Result> results) {
    String lines = results.stream().map(Result::line).collect(Collectors.joining());
    if (!results.stream().allMatch(Result::ok)) {
      exchange.respond(503, lines + "\n");
    } else {
      exchange.respond(200, (exchange.query().containsKey("verbose") ? lines : "") + "ok\n");
    }
  }

  private void health(HttpExchange exchange) {
    String why =
        checks.health(
            exchange.query("serializable").orElse("").equals("true"),
            exchange.query().getOrDefault("exclude", List.of()));
    JsonObject body = new JsonObject();
    body.addProperty("health", Boolean.toString(why.isEmpty()));
    body.addProperty("reason", why);
    json(exchange, why.isEmpty() ? 200 : 503, body);
  }

  private static JsonObject version() {
    JsonObject version = new JsonObject();
    version.addProperty("etcdserver", EtcdVersion.SERVER);
    version.addProperty("etcdcluster", EtcdVersion.CLUSTER);
    version.addProperty("storage", EtcdVersion.STORAGE);
    return version;
  }

  private static void json(HttpExchange exchange, int status, JsonObject body) {
    exchange.respond(status, JSON, body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
