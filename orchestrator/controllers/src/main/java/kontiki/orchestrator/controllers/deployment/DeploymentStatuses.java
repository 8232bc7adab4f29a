package kontiki.orchestrator.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kontiki.orchestrator.client.Timestamps;
import org.jspecify.annotations.Nullable;

/** The status of a Deployment, computed from its ReplicaSets. Pure. */
final class DeploymentStatuses {
  private static final String AVAILABLE = "Available";
  private static final String PROGRESSING = "Progressing";
  private static final String FAILURE = "ReplicaFailure";
  private static final String DONE = "NewReplicaSetAvailable";

  private DeploymentStatuses() {}

  static DeploymentStatus of(
      Deployment deployment,
      List<ReplicaSet> sets,
      Optional<ReplicaSet> newest,
      @Nullable Integer collisions,
      Instant now) {
    int replicas = 0;
    int ready = 0;
    int available = 0;
    for (ReplicaSet set : sets) {
      if (set.getStatus() != null) {
        replicas += Rollout.number(set.getStatus().getReplicas(), 0);
        ready += Rollout.number(set.getStatus().getReadyReplicas(), 0);
        available += Rollout.number(set.getStatus().getAvailableReplicas(), 0);
      }
    }
    int updated =
        newest
            .filter(set -> set.getStatus() != null)
            .map(set -> Rollout.number(set.getStatus().getReplicas(), 0))
            .orElse(0);
    DeploymentStatus counts =
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(replicas)
            .withUpdatedReplicas(updated)
            .withReadyReplicas(ready)
            .withAvailableReplicas(available)
            .withUnavailableReplicas(Math.max(0, Rollout.total(sets) - available))
            .withCollisionCount(collisions)
            .build();
    List<DeploymentCondition> conditions = new ArrayList<>();
    conditions.add(availability(deployment, available, now));
    progress(deployment, counts, newest, now).ifPresent(conditions::add);
    failure(deployment, sets, newest, now).ifPresent(conditions::add);
    return new DeploymentStatusBuilder(counts).withConditions(conditions).build();
  }

  /** Whether the rollout that the Deployment's present status shows is over. */
  static boolean isComplete(Deployment deployment) {
    return deployment.getStatus() != null && isComplete(deployment, deployment.getStatus());
  }

  private static boolean isComplete(Deployment deployment, DeploymentStatus status) {
    int desired = Rollout.number(deployment.getSpec().getReplicas(), 1);
    return Rollout.number(status.getUpdatedReplicas(), 0) == desired
        && Rollout.number(status.getReplicas(), 0) == desired
        && Rollout.number(status.getAvailableReplicas(), 0) == desired
        && Objects.equals(status.getObservedGeneration(), deployment.getMetadata().getGeneration());
  }

  private static DeploymentCondition availability(
      Deployment deployment, int available, Instant now) {
    Rollout rollout = Rollout.of(deployment);
    boolean enough = available >= rollout.desired() - rollout.unavailable();
    return condition(
        find(deployment, AVAILABLE),
        AVAILABLE,
        enough,
        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        enough
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        now);
  }

  private static Optional<DeploymentCondition> progress(
      Deployment deployment, DeploymentStatus status, Optional<ReplicaSet> newest, Instant now) {
    Optional<DeploymentCondition> before = find(deployment, PROGRESSING);
    Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
    if (deadline == null || deadline == Integer.MAX_VALUE) {
      return Optional.empty();
    }
    if (Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
      return Optional.of(
          condition(before, PROGRESSING, null, "DeploymentPaused", "Deployment is paused", now));
    }
    String what =
        newest
            .map(set -> "ReplicaSet \"" + set.getMetadata().getName() + "\"")
            .orElse("Deployment \"" + deployment.getMetadata().getName() + "\"");
    boolean wasDone = before.filter(c -> DONE.equals(c.getReason())).isPresent();
    boolean noneOld =
        Rollout.number(status.getReplicas(), 0) == Rollout.number(status.getUpdatedReplicas(), 0);
    boolean sameSet = before.filter(c -> c.getMessage().contains(what)).isPresent();
    if (wasDone && noneOld && sameSet) {
      return before;
    }
    if (isComplete(deployment, status)) {
      return Optional.of(
          condition(before, PROGRESSING, true, DONE, what + " has successfully progressed.", now));
    }
    if (before.isEmpty() || !sameSet || wasDone || moved(deployment, status)) {
      return Optional.of(refreshed(before, "ReplicaSetUpdated", what + " is progressing.", now));
    }
    boolean late =
        Timestamps.parse(before.get().getLastUpdateTime())
            .filter(t -> t.plus(Duration.ofSeconds(deadline)).isBefore(now))
            .isPresent();
    if (!late) {
      return before;
    }
    return Optional.of(
        condition(
            before,
            PROGRESSING,
            false,
            "ProgressDeadlineExceeded",
            what + " has timed out progressing.",
            now));
  }

  /** Whether the new counts are nearer to the goal than the old. */
  private static boolean moved(Deployment deployment, DeploymentStatus status) {
    DeploymentStatus old = deployment.getStatus();
    if (old == null) {
      return true;
    }
    int oldOld = Rollout.number(old.getReplicas(), 0) - Rollout.number(old.getUpdatedReplicas(), 0);
    int newOld =
        Rollout.number(status.getReplicas(), 0) - Rollout.number(status.getUpdatedReplicas(), 0);
    return Rollout.number(status.getUpdatedReplicas(), 0)
            > Rollout.number(old.getUpdatedReplicas(), 0)
        || newOld < oldOld
        || Rollout.number(status.getReadyReplicas(), 0) > Rollout.number(old.getReadyReplicas(), 0)
        || Rollout.number(status.getAvailableReplicas(), 0)
            > Rollout.number(old.getAvailableReplicas(), 0);
  }

  /** When to look again for a rollout that may time out; empty where it cannot. */
  static Optional<Duration> untilTimeout(Deployment deployment, Instant now) {
    Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
    if (deadline == null || isComplete(deployment)) {
      return Optional.empty();
    }
    return find(deployment, PROGRESSING)
        .filter(c -> "True".equals(c.getStatus()))
        .flatMap(c -> Timestamps.parse(c.getLastUpdateTime()))
        .map(t -> Duration.between(now, t.plusSeconds(deadline + 1)))
        .filter(Duration::isPositive);
  }

  private static Optional<DeploymentCondition> failure(
      Deployment deployment, List<ReplicaSet> sets, Optional<ReplicaSet> newest, Instant now) {
    List<ReplicaSet> order = new ArrayList<>();
    newest.ifPresent(order::add);
    order.addAll(sets);
    for (ReplicaSet set : order) {
      List<ReplicaSetCondition> conditions =
          set.getStatus() == null ? List.of() : set.getStatus().getConditions();
      for (ReplicaSetCondition c : conditions) {
        if (FAILURE.equals(c.getType()) && "True".equals(c.getStatus())) {
          return Optional.of(
              condition(
                  find(deployment, FAILURE), FAILURE, true, c.getReason(), c.getMessage(), now));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<DeploymentCondition> find(Deployment deployment, String type) {
    if (deployment.getStatus() == null || deployment.getStatus().getConditions() == null) {
      return Optional.empty();
    }
    return deployment.getStatus().getConditions().stream()
        .filter(c -> type.equals(c.getType()))
        .findFirst();
  }

  /** Progress was made: the time of update moves even where nothing else changes. */
  private static DeploymentCondition refreshed(
      Optional<DeploymentCondition> before, String reason, String message, Instant now) {
    DeploymentCondition made = condition(before, PROGRESSING, true, reason, message, now);
    return new DeploymentConditionBuilder(made).withLastUpdateTime(Timestamps.format(now)).build();
  }

  private static DeploymentCondition condition(
      Optional<DeploymentCondition> before,
      String type,
      @Nullable Boolean holds,
      String reason,
      String message,
      Instant now) {
    String status = holds == null ? "Unknown" : holds ? "True" : "False";
    boolean same =
        before
            .filter(c -> status.equals(c.getStatus()) && reason.equals(c.getReason()))
            .filter(c -> message.equals(c.getMessage()))
            .isPresent();
    if (same) {
      return before.orElseThrow();
    }
    String since =
        before
            .filter(c -> status.equals(c.getStatus()))
            .map(DeploymentCondition::getLastTransitionTime)
            .orElse(Timestamps.format(now));
    return new DeploymentConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(since)
        .withLastUpdateTime(Timestamps.format(now))
        .build();
  }
}
