package kontiki.orchestrator.controllers.namespace;

import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kontiki.orchestrator.client.Timestamps;

/** What a namespace that is being emptied says about it, in Kubernetes' words. Pure. */
final class NamespaceConditions {
  private NamespaceConditions() {}

  static List<NamespaceCondition> of(
      List<NamespaceCondition> old,
      Map<String, Integer> left,
      Map<String, Integer> finalizers,
      List<String> failures,
      Instant now) {
    return List.of(
        condition(
            old,
            "NamespaceDeletionContentFailure",
            !failures.isEmpty(),
            failures.isEmpty() ? "ContentDeleted" : "ContentDeletionFailed",
            failures.isEmpty()
                ? "All content successfully deleted, may be waiting on finalization"
                : "Failed to delete all resource types, %d remaining: %s"
                    .formatted(failures.size(), String.join(", ", failures)),
            now),
        condition(
            old,
            "NamespaceContentRemaining",
            !left.isEmpty(),
            left.isEmpty() ? "ContentRemoved" : "SomeResourcesRemain",
            left.isEmpty()
                ? "All content successfully removed"
                : "Some resources are remaining: " + join(left, "%s has %d resource instances"),
            now),
        condition(
            old,
            "NamespaceFinalizersRemaining",
            !finalizers.isEmpty(),
            finalizers.isEmpty() ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
            finalizers.isEmpty()
                ? "All content-preserving finalizers finished"
                : "Some content in the namespace has finalizers remaining: "
                    + join(finalizers, "%s in %d resource instances"),
            now));
  }

  private static String join(Map<String, Integer> counts, String form) {
    return counts.entrySet().stream()
        .map(e -> form.formatted(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static NamespaceCondition condition(
      List<NamespaceCondition> old,
      String type,
      boolean holds,
      String reason,
      String message,
      Instant now) {
    String status = holds ? "True" : "False";
    String since =
        old.stream()
            .filter(c -> type.equals(c.getType()) && status.equals(c.getStatus()))
            .map(NamespaceCondition::getLastTransitionTime)
            .findFirst()
            .orElse(Timestamps.format(now));
    return new NamespaceConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(since)
        .build();
  }
}
