package kontiki.node.host.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kontiki.node.cri.CriClient;
import kontiki.node.cri.CriException;
import kontiki.node.cri.pb.RuntimeCondition;
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

  private final Map<Probe, ApiClient> clients = new HashMap<>();
  private final Map<Path, CriClient> engines = new HashMap<>();

  /**
   * Empty if the component is well, or else what is wrong with it. Blocks for a few seconds at
   * most.
   */
  Optional<String> problem(Probe probe) {
    return switch (probe) {
      case Probe.Alive alive -> Optional.empty();
      case Probe.Https https -> httpsProblem(https);
      case Probe.Engine engine -> engineProblem(engine.socket());
    };
  }

  private Optional<String> httpsProblem(Probe.Https probe) {
    try {
      ApiClient client = clients.get(probe);
      if (client == null) {
        client = ApiClient.connect(KubeConfig.parse(probe.kubeconfig(), Path.of("/")));
        clients.put(probe, client);
      }
      ApiRequest request = ApiRequest.get(probe.path()).withTimeout(PATIENCE);
      try (ApiTransport.Answer answer = client.raw(request)) {
        return answer.status() == OK
            ? Optional.empty()
            : Optional.of(probe.path() + " answers " + answer.status());
      }
    } catch (ApiException | IllegalArgumentException failure) {
      return Optional.of(probe.path() + ": " + failure.getMessage());
    }
  }

  private Optional<String> engineProblem(Path socket) {
    if (!Files.exists(socket)) {
      return Optional.of("its socket is not there yet");
    }
    try {
      CriClient engine = engines.computeIfAbsent(socket, CriClient::open);
      // Its socket answers before the runtime is ready: only the status says so.
      return engine.status(false).getStatus().getConditionsList().stream()
          .filter(condition -> condition.getType().equals("RuntimeReady"))
          .filter(condition -> !condition.getStatus())
          .map(RuntimeCondition::getMessage)
          .findFirst();
    } catch (CriException failure) {
      return Optional.of(String.valueOf(failure.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    clients.values().forEach(ApiClient::close);
    engines.values().forEach(CriClient::close);
  }
}
