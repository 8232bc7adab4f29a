package kontiki.node.host.supervise;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kontiki.node.cri.CriClient;
import kontiki.node.cri.CriException;
import kontiki.node.cri.pb.RuntimeCondition;
import kontiki.node.host.supervise.Probe.Finding;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.ApiRequest;
import kontiki.orchestrator.client.ApiTransport;
import kontiki.orchestrator.client.KubeConfig;

/**
 * Asks components how they are. One instance serves one component, on one thread at a time; its
 * connection stays open between questions.
 */
final class Prober implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int OK = 200;
  private static final int ANSWER_LIMIT_BYTES = 8 << 10;

  private final Map<Probe, ApiClient> clients = new HashMap<>();
  private final Map<Path, CriClient> engines = new HashMap<>();

  /** Asks. Blocks for a few seconds at most. */
  Finding ask(Probe probe) {
    return switch (probe) {
      case Probe.Alive alive -> new Finding.Well();
      case Probe.Https https -> askHttps(https);
      case Probe.Engine engine -> askEngine(engine.socket());
    };
  }

  private Finding askHttps(Probe.Https probe) {
    try {
      ApiClient client = clients.get(probe);
      if (client == null) {
        client = ApiClient.connect(KubeConfig.parse(probe.kubeconfig(), Path.of("/")));
        clients.put(probe, client);
      }
      Optional<String> unready = problem(client, probe.ready());
      if (unready.isEmpty()) {
        return new Finding.Well();
      }
      return problem(client, probe.live()).isEmpty()
          ? new Finding.Unready(unready.get())
          : new Finding.Silent(unready.get());
    } catch (ApiException failure) {
      // The cause alone: the message around it takes whoever is asked for the API server.
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      String words = cause.getMessage() == null ? "no connection" : cause.getMessage();
      String reason = probe.ready() + ": " + words;
      return isSilence(failure) ? new Finding.Silent(reason) : new Finding.Unready(reason);
    } catch (IllegalArgumentException unusable) {
      return new Finding.Unready(probe.ready() + ": " + unusable.getMessage());
    }
  }

  /** Who refuses a certificate, or resets a connection, is alive. */
  private static boolean isSilence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpTimeoutException || cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }

  /** Empty if a path is answered with 200, or else what the answer says is wrong. */
  private static Optional<String> problem(ApiClient client, String path) {
    try (ApiTransport.Answer answer = client.raw(ApiRequest.get(path).withTimeout(PATIENCE))) {
      return answer.status() == OK
          ? Optional.empty()
          : Optional.of(path + " answers " + answer.status() + failedChecks(answer));
    }
  }

  /** The lines with which Kubernetes' components name what failed. */
  private static String failedChecks(ApiTransport.Answer answer) {
    try {
      return new String(answer.body().readNBytes(ANSWER_LIMIT_BYTES), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("[-]"))
          .map(line -> line.substring("[-]".length()))
          .reduce((a, b) -> a + ", " + b)
          .map(lines -> ": " + lines)
          .orElse("");
    } catch (IOException unread) {
      return "";
    }
  }

  private Finding askEngine(Path socket) {
    if (!Files.exists(socket)) {
      return new Finding.Silent("its socket is not there yet");
    }
    try {
      CriClient engine = engines.computeIfAbsent(socket, CriClient::open);
      // Its socket answers before the runtime is ready: only the status says so.
      return engine.status(false).getStatus().getConditionsList().stream()
          .filter(condition -> condition.getType().equals("RuntimeReady"))
          .filter(condition -> !condition.getStatus())
          .map(RuntimeCondition::getMessage)
          .findFirst()
          .<Finding>map(Finding.Unready::new)
          .orElseGet(Finding.Well::new);
    } catch (CriException failure) {
      return new Finding.Silent(String.valueOf(failure.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    clients.values().forEach(ApiClient::close);
    engines.values().forEach(CriClient::close);
  }
}
