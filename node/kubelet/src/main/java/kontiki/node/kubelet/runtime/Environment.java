package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a container's environment: services, then envFrom, then env; later ones win. */
final class Environment {
  private final ClusterObjects objects;
  private final Fields fields;

  Environment(ClusterObjects objects, Fields fields) {
    this.objects = objects;
    this.fields = fields;
  }

  /**
   * The variables in order.
   *
   * @throws ContainerConfigException when something that is not optional is missing
   */
  Map<String, String> of(Pod pod, Container container) {
    String namespace = pod.getMetadata().getNamespace();
    Map<String, String> variables = new LinkedHashMap<>();
    if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
      variables.putAll(ServiceLinks.of(objects.services(namespace)));
    } else {
      variables.putAll(
          ServiceLinks.of(
              objects.services(namespace).stream().filter(Environment::apiServer).toList()));
    }
    for (EnvFromSource source :
        Objects.requireNonNullElse(container.getEnvFrom(), List.<EnvFromSource>of())) {
      String prefix = Objects.requireNonNullElse(source.getPrefix(), "");
      from(namespace, source).forEach((name, value) -> variables.put(prefix + name, value));
    }
    for (EnvVar variable : Objects.requireNonNullElse(container.getEnv(), List.<EnvVar>of())) {
      String value = value(pod, container, variable, variables);
      if (value != null) {
        variables.put(variable.getName(), value);
      }
    }
    return variables;
  }

  private static boolean apiServer(io.fabric8.kubernetes.api.model.Service service) {
    return service.getMetadata().getName().equals("kubernetes")
        && "default".equals(service.getMetadata().getNamespace());
  }

  private Map<String, String> from(String namespace, EnvFromSource source) {
    if (source.getConfigMapRef() != null) {
      String name = source.getConfigMapRef().getName();
      Optional<ConfigMap> found = objects.configMap(namespace, name);
      if (found.isEmpty() && !Boolean.TRUE.equals(source.getConfigMapRef().getOptional())) {
        throw new ContainerConfigException("configmap \"" + name + "\" not found");
      }
      return found
          .map(map -> Objects.requireNonNullElse(map.getData(), Map.<String, String>of()))
          .orElse(Map.of());
    }
    if (source.getSecretRef() != null) {
      String name = source.getSecretRef().getName();
      Optional<Secret> found = objects.secret(namespace, name);
      if (found.isEmpty() && !Boolean.TRUE.equals(source.getSecretRef().getOptional())) {
        throw new ContainerConfigException("secret \"" + name + "\" not found");
      }
      Map<String, String> values = new LinkedHashMap<>();
      found
          .map(secret -> Objects.requireNonNullElse(secret.getData(), Map.<String, String>of()))
          .orElse(Map.of())
          .forEach((key, value) -> values.put(key, decoded(value)));
      return values;
    }
    return Map.of();
  }

  private @Nullable String value(
      Pod pod, Container container, EnvVar variable, Map<String, String> before) {
    EnvVarSource source = variable.getValueFrom();
    if (source == null) {
      return Expansion.expand(Objects.requireNonNullElse(variable.getValue(), ""), before);
    }
    String namespace = pod.getMetadata().getNamespace();
    if (source.getFieldRef() != null) {
      return fields.field(pod, source.getFieldRef().getFieldPath());
    }
    if (source.getResourceFieldRef() != null) {
      return fields.resource(pod, container, source.getResourceFieldRef());
    }
    if (source.getConfigMapKeyRef() != null) {
      return configMapKey(namespace, source.getConfigMapKeyRef());
    }
    if (source.getSecretKeyRef() != null) {
      return secretKey(namespace, source.getSecretKeyRef());
    }
    throw new ContainerConfigException(
        "variable \"" + variable.getName() + "\" has a source of an unknown kind");
  }

  private @Nullable String configMapKey(String namespace, ConfigMapKeySelector reference) {
    boolean optional = Boolean.TRUE.equals(reference.getOptional());
    Optional<ConfigMap> map = objects.configMap(namespace, reference.getName());
    if (map.isEmpty()) {
      return absent(optional, "configmap \"" + reference.getName() + "\" not found");
    }
    Map<String, String> data = Objects.requireNonNullElse(map.get().getData(), Map.of());
    String value = data.get(reference.getKey());
    return value != null
        ? value
        : absent(
            optional,
            "couldn't find key %s in ConfigMap %s/%s"
                .formatted(reference.getKey(), namespace, reference.getName()));
  }

  private @Nullable String secretKey(String namespace, SecretKeySelector reference) {
    boolean optional = Boolean.TRUE.equals(reference.getOptional());
    Optional<Secret> secret = objects.secret(namespace, reference.getName());
    if (secret.isEmpty()) {
      return absent(optional, "secret \"" + reference.getName() + "\" not found");
    }
    Map<String, String> data = Objects.requireNonNullElse(secret.get().getData(), Map.of());
    String value = data.get(reference.getKey());
    return value != null
        ? decoded(value)
        : absent(
            optional,
            "couldn't find key %s in Secret %s/%s"
                .formatted(reference.getKey(), namespace, reference.getName()));
  }

  private static @Nullable String absent(boolean optional, String message) {
    if (optional) {
      return null;
    }
    throw new ContainerConfigException(message);
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
