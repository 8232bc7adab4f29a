package kontiki.node.kubelet.volume;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.node.kubelet.runtime.ClusterObjects;
import kontiki.node.kubelet.runtime.ContainerConfigException;
import kontiki.node.kubelet.runtime.Fields;
import kontiki.node.kubelet.volume.AtomicFiles.Content;
import org.jspecify.annotations.Nullable;

/** The files of volumes that show objects: configMap, secret, downwardAPI, projected. */
final class VolumeContents {
  private static final int DEFAULT_MODE = 0644;
  private static final long DEFAULT_TOKEN_SECONDS = 3600;

  private final ClusterObjects objects;
  private final Pod pod;
  private final Fields fields;

  VolumeContents(ClusterObjects objects, Pod pod, Fields fields) {
    this.objects = objects;
    this.pod = pod;
    this.fields = fields;
  }

  /** The files by path; null where the volume is of another kind. */
  @Nullable Map<String, Content> of(Volume volume) {
    try {
      if (volume.getConfigMap() != null) {
        var source = volume.getConfigMap();
        return configMap(
            source.getName(),
            source.getItems(),
            source.getOptional(),
            mode(source.getDefaultMode()));
      }
      if (volume.getSecret() != null) {
        var source = volume.getSecret();
        return secret(
            source.getSecretName(),
            source.getItems(),
            source.getOptional(),
            mode(source.getDefaultMode()));
      }
      if (volume.getDownwardAPI() != null) {
        return downward(
            volume.getDownwardAPI().getItems(), mode(volume.getDownwardAPI().getDefaultMode()));
      }
      return volume.getProjected() == null ? null : projected(volume.getProjected());
    } catch (ContainerConfigException missing) {
      throw new VolumeException(
          volume.getName(), Objects.requireNonNullElse(missing.getMessage(), ""));
    }
  }

  private Map<String, Content> projected(ProjectedVolumeSource projected) {
    int mode = mode(projected.getDefaultMode());
    Map<String, Content> files = new LinkedHashMap<>();
    for (VolumeProjection source :
        Objects.requireNonNullElse(projected.getSources(), List.<VolumeProjection>of())) {
      if (source.getConfigMap() != null) {
        var map = source.getConfigMap();
        files.putAll(configMap(map.getName(), map.getItems(), map.getOptional(), mode));
      }
      if (source.getSecret() != null) {
        var secret = source.getSecret();
        files.putAll(secret(secret.getName(), secret.getItems(), secret.getOptional(), mode));
      }
      if (source.getDownwardAPI() != null) {
        files.putAll(downward(source.getDownwardAPI().getItems(), mode));
      }
      if (source.getServiceAccountToken() != null) {
        files.put(
            source.getServiceAccountToken().getPath(),
            new Content(token(source.getServiceAccountToken()), tokenMode(mode)));
      }
    }
    return files;
  }

  /** A token is the pod's own: other users of the node need not read it when a group may. */
  private int tokenMode(int mode) {
    var context = pod.getSpec().getSecurityContext();
    return context != null && context.getFsGroup() != null ? 0640 : mode;
  }

  private byte[] token(ServiceAccountTokenProjection projection) {
    return bytes(
        objects.serviceAccountToken(
            new ClusterObjects.PodRef(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                pod.getMetadata().getUid()),
            Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default"),
            Objects.requireNonNullElse(projection.getAudience(), ""),
            Objects.requireNonNullElse(projection.getExpirationSeconds(), DEFAULT_TOKEN_SECONDS)));
  }

  private Map<String, Content> configMap(
      String name, @Nullable List<KeyToPath> items, @Nullable Boolean optional, int mode) {
    Optional<ConfigMap> found = objects.configMap(pod.getMetadata().getNamespace(), name);
    if (found.isEmpty()) {
      return absent(optional, "configmap \"" + name + "\" not found");
    }
    Map<String, byte[]> data = new LinkedHashMap<>();
    Objects.requireNonNullElse(found.get().getData(), Map.<String, String>of())
        .forEach((key, text) -> data.put(key, bytes(text)));
    Objects.requireNonNullElse(found.get().getBinaryData(), Map.<String, String>of())
        .forEach((key, base64) -> data.put(key, Base64.getDecoder().decode(base64)));
    return chosen(data, items, optional, mode);
  }

  private Map<String, Content> secret(
      String name, @Nullable List<KeyToPath> items, @Nullable Boolean optional, int mode) {
    Optional<Secret> found = objects.secret(pod.getMetadata().getNamespace(), name);
    if (found.isEmpty()) {
      return absent(optional, "secret \"" + name + "\" not found");
    }
    Map<String, byte[]> data = new LinkedHashMap<>();
    Objects.requireNonNullElse(found.get().getData(), Map.<String, String>of())
        .forEach((key, base64) -> data.put(key, Base64.getDecoder().decode(base64)));
    return chosen(data, items, optional, mode);
  }

  private static Map<String, Content> chosen(
      Map<String, byte[]> data,
      @Nullable List<KeyToPath> items,
      @Nullable Boolean optional,
      int mode) {
    Map<String, Content> files = new LinkedHashMap<>();
    if (items == null || items.isEmpty()) {
      data.forEach((key, value) -> files.put(key, new Content(value, mode)));
      return files;
    }
    for (KeyToPath item : items) {
      byte[] value = data.get(item.getKey());
      if (value != null) {
        files.put(
            item.getPath(), new Content(value, Objects.requireNonNullElse(item.getMode(), mode)));
      } else if (!Boolean.TRUE.equals(optional)) {
        throw new ContainerConfigException("references non-existent key: " + item.getKey());
      }
    }
    return files;
  }

  private Map<String, Content> downward(@Nullable List<DownwardAPIVolumeFile> items, int mode) {
    Map<String, Content> files = new LinkedHashMap<>();
    for (DownwardAPIVolumeFile item :
        Objects.requireNonNullElse(items, List.<DownwardAPIVolumeFile>of())) {
      String text =
          item.getFieldRef() != null
              ? fields.field(pod, item.getFieldRef().getFieldPath())
              : fields.resource(pod, null, item.getResourceFieldRef());
      files.put(
          item.getPath(),
          new Content(bytes(text), Objects.requireNonNullElse(item.getMode(), mode)));
    }
    return files;
  }

  private static Map<String, Content> absent(@Nullable Boolean optional, String message) {
    if (Boolean.TRUE.equals(optional)) {
      return Map.of();
    }
    throw new ContainerConfigException(message);
  }

  private static int mode(@Nullable Integer mode) {
    return mode == null ? DEFAULT_MODE : mode;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
