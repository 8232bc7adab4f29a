package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.node.kubelet.runtime.ClusterObjects;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.Json;
import kontiki.orchestrator.client.Store;

/**
 * Fetches what pods refer to. A ConfigMap or Secret is fetched again when it is older than {@link
 * #FRESH}; an absent one at once. Tokens are kept until four fifths of their time have passed.
 * Thread-safe.
 */
public final class ApiObjects implements ClusterObjects {
  static final Duration FRESH = Duration.ofSeconds(10);

  /** How many objects of each kind are kept. */
  static final int MAX_KEPT = 1000;

  private final ApiClient client;
  private final Store<Service> services;
  private final InstantSource clock;
  private final Map<String, Kept<ConfigMap>> configMaps = bounded();
  private final Map<String, Kept<Secret>> secrets = bounded();
  private final Map<String, Kept<String>> tokens = bounded();

  private record Kept<T>(T value, Instant until) {}

  public ApiObjects(ApiClient client, Store<Service> services, InstantSource clock) {
    this.client = client;
    this.services = services;
    this.clock = clock;
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return find(configMaps, ConfigMap.class, namespace, name);
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    return find(secrets, Secret.class, namespace, name);
  }

  @Override
  public List<Service> services(String namespace) {
    return services.list().stream()
        .filter(service ->
            service.getMetadata().getNamespace().equals(namespace)
                || service.getMetadata().getNamespace().equals("default")
                    && service.getMetadata().getName().equals("kubernetes"))
        .toList();
  }

  @Override
  public String serviceAccountToken(
      PodRef pod, String serviceAccount, String audience, long seconds) {
    String key = pod.uid() + "/" + serviceAccount + "/" + audience + "/" + seconds;
    Instant now = clock.instant();
    synchronized (tokens) {
      Kept<String> kept = tokens.get(key);
      if (kept != null && now.isBefore(kept.until())) {
        return kept.value();
      }
    }
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audience.isEmpty() ? List.of() : List.of(audience))
            .withExpirationSeconds(seconds)
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.name())
            .withUid(pod.uid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    TokenRequest answer =
        Json.read(
            client
                .resource(ServiceAccount.class)
                .inNamespace(pod.namespace())
                .subresource("POST", serviceAccount, "token", request),
            TokenRequest.class);
    String token = answer.getStatus().getToken();
    Instant expires = Instant.parse(answer.getStatus().getExpirationTimestamp());
    synchronized (tokens) {
      tokens.put(
          key,
          new Kept<>(token, now.plus(Duration.between(now, expires).multipliedBy(4).dividedBy(5))));
    }
    return token;
  }

  private <T extends HasMetadata> Optional<T> find(
      Map<String, Kept<T>> kept, Class<T> type, String namespace, String name) {
    String key = Store.key(namespace, name);
    Instant now = clock.instant();
    synchronized (kept) {
      Kept<T> found = kept.get(key);
      if (found != null && now.isBefore(found.until())) {
        return Optional.of(found.value());
      }
    }
    Optional<T> fetched = client.resource(type).inNamespace(namespace).find(name);
    synchronized (kept) {
      if (fetched.isPresent()) {
        kept.put(key, new Kept<>(fetched.get(), now.plus(FRESH)));
      } else {
        kept.remove(key);
      }
    }
    return fetched;
  }

  private static <T> Map<String, T> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
        return size() > MAX_KEPT;
      }
    };
  }
}
