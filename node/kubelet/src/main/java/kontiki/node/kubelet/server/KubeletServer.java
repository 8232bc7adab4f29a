package kontiki.node.kubelet.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import kontiki.node.kubelet.plan.ContainerRun;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.pod.PodWorkers;
import kontiki.node.kubelet.runtime.PodPaths;
import kontiki.orchestrator.client.Json;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.ResponseBody;
import kontiki.pki.transport.TlsIdentity;
import kontiki.pki.transport.TlsServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet's own server: logs, pods, health and metrics, for clients with a certificate of the
 * API servers' authority. Each request runs on a thread of its own.
 */
public final class KubeletServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeletServer.class);

  private final PodWorkers pods;
  private final PodPaths paths;
  private final InstantSource clock;
  private final TlsServer server;

  /** What a client did wrong; the message is the answer. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  /**
   * Binds the addresses.
   *
   * @throws IOException if one cannot be bound; the message says why
   */
  public KubeletServer(
      List<InetSocketAddress> addresses,
      TlsIdentity identity,
      PodWorkers pods,
      PodPaths paths,
      InstantSource clock)
      throws IOException {
    this.pods = pods;
    this.paths = paths;
    this.clock = clock;
    this.server =
        TlsServer.builder()
            .listen(addresses.toArray(InetSocketAddress[]::new))
            .identity(identity)
            .clientAuth(TlsServer.ClientAuth.REQUIRED)
            .http(this::handle)
            .start();
  }

  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  @Override
  public void close() {
    server.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String[] path = exchange.path().substring(1).split("/", -1);
    try {
      switch (path[0]) {
        case "healthz", "livez", "readyz" -> exchange.respond(200, "ok");
        case "pods" -> pods(exchange);
        case "runningpods" -> pods(exchange);
        case "metrics" -> metrics(exchange);
        case "containerLogs" -> logs(exchange, path);
        default -> throw new Refusal(404, "404 page not found: " + exchange.path());
      }
    } catch (Refusal refusal) {
      exchange.respond(refusal.status, refusal.getMessage() + "\n");
    }
  }

  private void pods(HttpExchange exchange) {
    PodList list = new PodListBuilder().withItems(pods.pods()).build();
    exchange.respond(200, Headers.of("content-type", "application/json"), Json.write(list));
  }

  private void metrics(HttpExchange exchange) {
    String text =
        """
        # HELP kubelet_running_pods Number of pods that this kubelet works on
        # TYPE kubelet_running_pods gauge
        kubelet_running_pods %d
        """
            .formatted(pods.pods().size());
    exchange.respond(
        200,
        Headers.of("content-type", "text/plain; version=0.0.4; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code /containerLogs/NAMESPACE/POD/CONTAINER}. */
  private void logs(HttpExchange exchange, String[] path) throws IOException {
    if (path.length != 4) {
      throw new Refusal(400, "ask for /containerLogs/NAMESPACE/POD/CONTAINER");
    }
    Pod pod =
        pods.find(path[1], path[2])
            .orElseThrow(() -> new Refusal(404, "pod \"%s\" not found".formatted(path[2])));
    String uid = pod.getMetadata().getUid();
    String container = path[3];
    PodRuns runs = pods.runs(uid);
    boolean previous = exchange.query("previous").map("true"::equals).orElse(false);
    ContainerRun run = wanted(pod, runs, container, previous);
    ContainerLogs.Options options = options(exchange);
    Path file = paths.logs(pod.getMetadata()).resolve(PodPaths.logFile(container, run.attempt()));
    if (Files.notExists(file) && ContainerLogs.rotated(file).isEmpty() && run.exited()) {
      throw new Refusal(404, "the log of container \"" + container + "\" is gone");
    }
    ResponseBody body =
        exchange.stream(200, Headers.of("content-type", "text/plain; charset=utf-8"));
    Thread reader = Thread.currentThread();
    if (options.follow()) {
      exchange.onClose(reader::interrupt);
    }
    try {
      ContainerLogs.write(
          file,
          options,
          () -> {
            ContainerRun now = runNow(uid, run);
            return now != null && !now.exited();
          },
          body);
    } catch (IOException gone) {
      LOG.debug("container={} event=log-reader-gone error={}", container, gone.toString());
    }
  }

  private @Nullable ContainerRun runNow(String uid, ContainerRun run) {
    return pods.runs(uid).containers().stream()
        .filter(now -> now.id().equals(run.id()))
        .findFirst()
        .orElse(null);
  }

  private static ContainerRun wanted(Pod pod, PodRuns runs, String container, boolean previous) {
    List<ContainerRun> all = runs.runsOf(container);
    String name = pod.getMetadata().getName();
    if (previous) {
      return all.stream()
          .filter(ContainerRun::exited)
          .filter(run -> all.size() == 1 || !run.equals(all.getFirst()))
          .findFirst()
          .orElseThrow(() ->
              new Refusal(
                  400,
                  "previous terminated container \"%s\" in pod \"%s\" not found"
                      .formatted(container, name)));
    }
    if (all.isEmpty()) {
      throw new Refusal(
          400,
          "container \"%s\" in pod \"%s\" is waiting to start: ContainerCreating"
              .formatted(container, name));
    }
    return all.getFirst();
  }

  private ContainerLogs.Options options(HttpExchange exchange) {
    Instant since =
        exchange
            .query("sinceSeconds")
            .map(seconds -> clock.instant().minusSeconds(number("sinceSeconds", seconds)))
            .or(() -> exchange.query("sinceTime").map(KubeletServer::time))
            .orElse(null);
    return new ContainerLogs.Options(
        flag(exchange, "follow"),
        flag(exchange, "timestamps"),
        exchange
            .query("tailLines")
            .or(() -> exchange.query("tail"))
            .filter(text -> !text.equals("all"))
            .map(text -> number("tailLines", text))
            .orElse(-1L),
        exchange.query("limitBytes").map(text -> number("limitBytes", text)).orElse(-1L),
        since);
  }

  private static boolean flag(HttpExchange exchange, String name) {
    Optional<String> value = exchange.query(name);
    return value.isPresent() && !value.get().equals("false") && !value.get().equals("0");
  }

  private static long number(String name, String text) {
    if (!text.matches("\\d{1,18}")) {
      throw new Refusal(400, name + " must be a number that is not negative: " + text);
    }
    return Long.parseLong(text);
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException broken) {
      throw new Refusal(400, "sinceTime must be a time as in RFC 3339: " + text);
    }
  }
}
