package kontiki.kvstore.server.front;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.EtcdVersion;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.HttpHandler;

/** What a member answers over plain HTTP requests on its client port. */
public final class HttpFront implements HttpHandler {
  private static final Headers JSON = Headers.of("content-type", "application/json");

  private final RaftNode node;
  private final Metrics metrics;

  public HttpFront(RaftNode node, Metrics metrics) {
    this.node = node;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpExchange exchange) {
    switch (exchange.path()) {
      case "/version" -> json(exchange, 200, version());
      case "/health" -> health(exchange);
      case "/livez" -> exchange.respond(200, "ok\n");
      case "/readyz" -> {
        String why = whyNotHealthy(false, List.of());
        exchange.respond(why.isEmpty() ? 200 : 503, why.isEmpty() ? "ok\n" : why + "\n");
      }
      case "/metrics" ->
          exchange.respond(
              200,
              Headers.of("content-type", "text/plain; version=0.0.4; charset=utf-8"),
              metrics.text().getBytes(StandardCharsets.UTF_8));
      default -> exchange.respond(404, "404 page not found\n");
    }
  }

  private void health(HttpExchange exchange) {
    boolean serializable = exchange.query("serializable").orElse("").equals("true");
    List<String> excluded = exchange.query().getOrDefault("exclude", List.of());
    String why = whyNotHealthy(serializable, excluded);
    boolean healthy = why.isEmpty();
    json(
        exchange,
        healthy ? 200 : 503,
        "{\"health\":\"" + healthy + "\",\"reason\":\"" + why + "\"}");
  }

  /** Empty where the member is healthy. */
  private String whyNotHealthy(boolean serializable, List<String> excludedAlarms) {
    try (StoreView view = node.store().view()) {
      for (AlarmMember alarm : view.alarms()) {
        if (!excludedAlarms.contains(alarm.getAlarm().name())) {
          return "ALARM " + alarm.getAlarm().name();
        }
      }
    }
    if (!node.role().hasLeader()) {
      return "RAFT NO LEADER";
    }
    if (!serializable && node.reads().barrier().join() instanceof Outcome.Refused refused) {
      return "QGET ERROR:" + refused.error().message();
    }
    return "";
  }

  private static String version() {
    return "{\"etcdserver\":\""
        + EtcdVersion.SERVER
        + "\",\"etcdcluster\":\""
        + EtcdVersion.CLUSTER
        + "\",\"storage\":\""
        + EtcdVersion.STORAGE
        + "\"}";
  }

  private static void json(HttpExchange exchange, int status, String body) {
    exchange.respond(status, JSON, body.getBytes(StandardCharsets.UTF_8));
  }
}
