package kontiki.orchestrator.controllers.deployment;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.client.Json;
import kontiki.orchestrator.client.Owners;
import org.jspecify.annotations.Nullable;

/** Pod templates of a Deployment and of its ReplicaSets: equality, hash, and new sets. Pure. */
final class Templates {
  static final String HASH = "pod-template-hash";

  private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";
  private static final int FNV_PRIME = 0x01000193;
  private static final int FNV_OFFSET = 0x811c9dc5;

  private Templates() {}

  /** The oldest set whose template is the Deployment's. */
  static Optional<ReplicaSet> newest(Deployment deployment, List<ReplicaSet> sets) {
    PodTemplateSpec wanted = withoutHash(deployment.getSpec().getTemplate());
    return sets.stream()
        .filter(set -> withoutHash(set.getSpec().getTemplate()).equals(wanted))
        .min(
            Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp())
                .thenComparing(s -> s.getMetadata().getName()));
  }

  static PodTemplateSpec withoutHash(PodTemplateSpec template) {
    return new PodTemplateSpecBuilder(template)
        .editOrNewMetadata()
        .removeFromLabels(HASH)
        .endMetadata()
        .build();
  }

  /**
   * The hash label's value: FNV-1a of the template, written with letters that form no words, as
   * Kubernetes writes it (its exact value depends on Go's in-memory form and is free to differ).
   */
  static String hash(PodTemplateSpec template, @Nullable Integer collisions) {
    int hash = FNV_OFFSET;
    String text = Json.text(template) + (collisions == null ? "" : "#" + collisions);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    StringBuilder out = new StringBuilder();
    for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
      out.append(SAFE.charAt(digit % SAFE.length()));
    }
    return out.toString();
  }

  /** A set for the Deployment's present template. */
  static ReplicaSet newSet(Deployment deployment, int replicas, Map<String, String> annotations) {
    Integer collisions =
        deployment.getStatus() == null ? null : deployment.getStatus().getCollisionCount();
    PodTemplateSpec template = withoutHash(deployment.getSpec().getTemplate());
    String hash = hash(template, collisions);
    PodTemplateSpec labelled =
        new PodTemplateSpecBuilder(template)
            .editOrNewMetadata()
            .addToLabels(HASH, hash)
            .endMetadata()
            .build();
    LabelSelector selector =
        new LabelSelectorBuilder(deployment.getSpec().getSelector())
            .addToMatchLabels(HASH, hash)
            .build();
    return new ReplicaSetBuilder()
        .withNewMetadata()
        .withName(deployment.getMetadata().getName() + "-" + hash)
        .withNamespace(deployment.getMetadata().getNamespace())
        .withLabels(labelled.getMetadata().getLabels())
        .withAnnotations(annotations)
        .withOwnerReferences(Owners.controller(deployment))
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
        .withSelector(selector)
        .withTemplate(labelled)
        .endSpec()
        .build();
  }
}
