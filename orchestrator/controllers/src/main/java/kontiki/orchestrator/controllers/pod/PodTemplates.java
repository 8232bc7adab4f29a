package kontiki.orchestrator.controllers.pod;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.Json;
import kontiki.orchestrator.client.Owners;
import org.jspecify.annotations.Nullable;

/** Makes the pods of a template, as the workload controllers do. */
public final class PodTemplates {
  private static final int MAX_PREFIX = 57;

  private PodTemplates() {}

  /** A pod of the template, owned and controlled by the owner, named by the server. */
  public static Pod pod(PodTemplateSpec template, HasMetadata owner) {
    String prefix = owner.getMetadata().getName();
    if (prefix.length() > MAX_PREFIX) {
      prefix = prefix.substring(0, MAX_PREFIX);
    }
    ObjectMeta meta = template.getMetadata();
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName(prefix + "-")
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(copy(meta == null ? null : meta.getLabels()))
        .withAnnotations(copy(meta == null ? null : meta.getAnnotations()))
        .withFinalizers(meta == null ? List.of() : meta.getFinalizers())
        .withOwnerReferences(Owners.controller(owner))
        .endMetadata()
        .withSpec(Json.copy(template.getSpec(), PodSpec.class))
        .build();
  }

  private static Map<String, String> copy(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : new LinkedHashMap<>(map);
  }
}
