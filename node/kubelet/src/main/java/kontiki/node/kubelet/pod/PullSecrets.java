package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.node.cri.pb.AuthConfig;
import kontiki.node.kubelet.runtime.ClusterObjects;
import kontiki.orchestrator.client.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registry credentials from a pod's imagePullSecrets of type kubernetes.io/dockerconfigjson. */
public final class PullSecrets implements ImagePulls.Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);
  private static final String KEY = ".dockerconfigjson";

  private final ClusterObjects objects;

  public PullSecrets(ClusterObjects objects) {
    this.objects = objects;
  }

  @Override
  public AuthConfig of(Pod pod, String image) {
    String registry = registry(image);
    for (LocalObjectReference reference :
        Objects.requireNonNullElse(
            pod.getSpec().getImagePullSecrets(), List.<LocalObjectReference>of())) {
      Optional<Secret> secret =
          objects.secret(pod.getMetadata().getNamespace(), reference.getName());
      String base64 =
          secret.map(found -> found.getData() == null ? null : found.getData().get(KEY)).orElse("");
      if (!base64.isEmpty()) {
        Optional<AuthConfig> auth = find(Base64.getDecoder().decode(base64), registry);
        if (auth.isPresent()) {
          return auth.get();
        }
      }
    }
    return AuthConfig.getDefaultInstance();
  }

  /** The host (and port) of the registry that holds an image. */
  static String registry(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    return host ? first : "docker.io";
  }

  private static Optional<AuthConfig> find(byte[] json, String registry) {
    try {
      Object auths = Json.read(json, Map.class).get("auths");
      if (auths instanceof Map<?, ?> entries) {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
          String host =
              String.valueOf(entry.getKey()).replaceFirst("^https?://", "").replaceFirst("/.*", "");
          boolean same =
              host.equals(registry)
                  || registry.equals("docker.io") && host.equals("index.docker.io");
          if (same && entry.getValue() instanceof Map<?, ?> fields) {
            return Optional.of(auth(fields));
          }
        }
      }
    } catch (IllegalArgumentException malformed) {
      LOG.warn("registry={} event=pull-secret-malformed", registry);
    }
    return Optional.empty();
  }

  private static AuthConfig auth(Map<?, ?> fields) {
    AuthConfig.Builder auth = AuthConfig.newBuilder();
    if (fields.get("auth") instanceof String both) {
      String[] parts =
          new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8).split(":", 2);
      return auth.setUsername(parts[0]).setPassword(parts.length > 1 ? parts[1] : "").build();
    }
    return auth.setUsername(Objects.toString(fields.get("username"), ""))
        .setPassword(Objects.toString(fields.get("password"), ""))
        .build();
  }
}
