package kontiki.orchestrator.apiserver.authorization;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Which secrets, config maps and claims a pod refers to. Pure. */
final class PodReferences {
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private PodReferences() {}

  /**
   * @param resource secrets, configmaps or persistentvolumeclaims
   */
  static boolean refersTo(JsonObject pod, String resource, String name) {
    JsonObject spec = pod.object("spec");
    if (spec == null) {
      return false;
    }
    return switch (resource) {
      case "secrets" -> secret(spec, name);
      case "configmaps" -> configMap(spec, name);
      case "persistentvolumeclaims" -> claim(pod, spec, name);
      default -> false;
    };
  }

  private static boolean secret(JsonObject spec, String name) {
    for (JsonObject each : spec.objects("imagePullSecrets")) {
      if (is(each.string("name"), name)) {
        return true;
      }
    }
    for (JsonObject volume : spec.objects("volumes")) {
      if (is(volume.stringAt("secret", "secretName"), name)
          || projected(volume, "secret", name)
          || volumePlugin(volume, name)) {
        return true;
      }
    }
    return environment(spec, "secretRef", "secretKeyRef", name);
  }

  private static boolean configMap(JsonObject spec, String name) {
    for (JsonObject volume : spec.objects("volumes")) {
      if (is(volume.stringAt("configMap", "name"), name) || projected(volume, "configMap", name)) {
        return true;
      }
    }
    return environment(spec, "configMapRef", "configMapKeyRef", name);
  }

  private static boolean claim(JsonObject pod, JsonObject spec, String name) {
    for (JsonObject volume : spec.objects("volumes")) {
      String ephemeral =
          volume.has("ephemeral")
              ? pod.stringAt("metadata", "name") + "-" + volume.string("name", "")
              : null;
      if (is(volume.stringAt("persistentVolumeClaim", "claimName"), name) || is(ephemeral, name)) {
        return true;
      }
    }
    return false;
  }

  /** Volume plugins that name a secret have it in secretRef or nodePublishSecretRef. */
  private static boolean volumePlugin(JsonObject volume, String name) {
    for (String plugin : volume.keys()) {
      JsonObject source = volume.object(plugin);
      if (source != null
          && (is(source.stringAt("secretRef", "name"), name)
              || is(source.stringAt("nodePublishSecretRef", "name"), name))) {
        return true;
      }
    }
    return false;
  }

  private static boolean projected(JsonObject volume, String kind, String name) {
    JsonObject projected = volume.object("projected");
    return projected != null
        && projected.objects("sources").stream()
            .anyMatch(source -> is(source.stringAt(kind, "name"), name));
  }

  private static boolean environment(
      JsonObject spec, String fromKey, String valueKey, String name) {
    for (String list : CONTAINERS) {
      for (JsonObject container : spec.objects(list)) {
        for (JsonObject from : container.objects("envFrom")) {
          if (is(from.stringAt(fromKey, "name"), name)) {
            return true;
          }
        }
        for (JsonObject variable : container.objects("env")) {
          if (is(variable.stringAt("valueFrom", valueKey, "name"), name)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean is(@Nullable String found, String wanted) {
    return Objects.equals(found, wanted);
  }
}
