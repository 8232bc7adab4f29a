package kontiki.orchestrator.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Timestamps;

/** The status of a ReplicaSet, computed from its pods. Pure. */
final class ReplicaSetStatuses {
  private static final String FAILURE = "ReplicaFailure";

  private ReplicaSetStatuses() {}

  /** Why pods could not be created or deleted. */
  record Failure(String reason, String message) {}

  static ReplicaSetStatus of(
      ReplicaSet set, List<Pod> owned, Optional<Failure> failure, Instant now) {
    List<Pod> active = ReplicaSetPlan.active(owned);
    Map<String, String> labels = templateLabels(set);
    int minReady = minReadySeconds(set);
    int labelled = 0;
    int ready = 0;
    int available = 0;
    for (Pod pod : active) {
      labelled += LabelSelectors.matches(labels, LabelSelectors.labels(pod)) ? 1 : 0;
      ready += Pods.isReady(pod) ? 1 : 0;
      available += Pods.isAvailable(pod, minReady, now) ? 1 : 0;
    }
    return new ReplicaSetStatusBuilder()
        .withReplicas(active.size())
        .withFullyLabeledReplicas(labelled)
        .withReadyReplicas(ready)
        .withAvailableReplicas(available)
        .withObservedGeneration(set.getMetadata().getGeneration())
        .withConditions(conditions(set, failure, now))
        .build();
  }

  /** Whether a status says something else than the set has. */
  static boolean differs(ReplicaSet set, ReplicaSetStatus wanted) {
    ReplicaSetStatus now = set.getStatus();
    return now == null
        || number(now.getReplicas()) != number(wanted.getReplicas())
        || number(now.getFullyLabeledReplicas()) != number(wanted.getFullyLabeledReplicas())
        || number(now.getReadyReplicas()) != number(wanted.getReadyReplicas())
        || number(now.getAvailableReplicas()) != number(wanted.getAvailableReplicas())
        || !Objects.equals(now.getObservedGeneration(), wanted.getObservedGeneration())
        || !Objects.equals(now.getConditions(), wanted.getConditions());
  }

  /** After how long a ready pod becomes available; empty where none is on its way. */
  static Optional<Duration> untilAvailable(ReplicaSet set, List<Pod> owned, Instant now) {
    Duration minReady = Duration.ofSeconds(minReadySeconds(set));
    return owned.stream()
        .filter(Pods::isActive)
        .flatMap(pod -> Pods.readySince(pod).stream())
        .map(since -> Duration.between(now, since.plus(minReady)))
        .filter(Duration::isPositive)
        .min(Duration::compareTo);
  }

  private static int minReadySeconds(ReplicaSet set) {
    return number(set.getSpec().getMinReadySeconds());
  }

  private static Map<String, String> templateLabels(ReplicaSet set) {
    var template = set.getSpec().getTemplate();
    if (template == null || template.getMetadata() == null) {
      return Map.of();
    }
    Map<String, String> labels = template.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  private static List<ReplicaSetCondition> conditions(
      ReplicaSet set, Optional<Failure> failure, Instant now) {
    List<ReplicaSetCondition> out = new ArrayList<>();
    ReplicaSetCondition before = null;
    List<ReplicaSetCondition> old =
        set.getStatus() == null || set.getStatus().getConditions() == null
            ? List.of()
            : set.getStatus().getConditions();
    for (ReplicaSetCondition condition : old) {
      if (FAILURE.equals(condition.getType())) {
        before = condition;
      } else {
        out.add(condition);
      }
    }
    if (failure.isPresent()) {
      out.add(
          before != null
              ? before
              : new ReplicaSetConditionBuilder()
                  .withType(FAILURE)
                  .withStatus("True")
                  .withReason(failure.get().reason())
                  .withMessage(failure.get().message())
                  .withLastTransitionTime(Timestamps.format(now))
                  .build());
    }
    return out;
  }

  private static int number(@org.jspecify.annotations.Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
