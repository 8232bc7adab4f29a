package kontiki.orchestrator.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Pods;

/**
 * What to do for one Deployment now: at most one step of its rollout, so that the next step sees
 * what came of it. Pure.
 *
 * @param newest the set of the present template; empty before it was created
 * @param steps what to do, in order
 */
record DeploymentPlan(Optional<ReplicaSet> newest, List<Step> steps) {
  DeploymentPlan {
    steps = List.copyOf(steps);
  }

  /** One act. */
  sealed interface Step {
    /** Create a set. */
    record Create(ReplicaSet set) implements Step {}

    /** Replace a set: its size, from what it was, or only its annotations. */
    record Update(ReplicaSet set, int before) implements Step {}

    /** Delete a set that history no longer needs. */
    record Delete(ReplicaSet set) implements Step {}

    /** Write the revision into the Deployment's annotations. */
    record SetRevision(long revision) implements Step {}
  }

  static DeploymentPlan decide(Deployment deployment, List<ReplicaSet> sets, List<Pod> pods) {
    Optional<ReplicaSet> newest = Templates.newest(deployment, sets);
    List<Step> steps = new ArrayList<>();
    if (deployment.getMetadata().getDeletionTimestamp() != null) {
      return new DeploymentPlan(newest, steps);
    }
    Planner planner = new Planner(deployment, sets, newest, pods);
    boolean paused = Boolean.TRUE.equals(deployment.getSpec().getPaused());
    if (paused || planner.isScaled()) {
      planner.scale(steps);
    } else {
      planner.revise(steps);
      if (steps.isEmpty()) {
        planner.roll(steps);
      }
    }
    if (steps.isEmpty()) {
      planner.forget(steps);
    }
    return new DeploymentPlan(newest, steps);
  }

  private static final class Planner {
    private final Deployment deployment;
    private final List<ReplicaSet> sets;
    private final Optional<ReplicaSet> newest;
    private final List<ReplicaSet> old;
    private final List<Pod> pods;
    private final Rollout rollout;

    Planner(
        Deployment deployment, List<ReplicaSet> sets, Optional<ReplicaSet> newest, List<Pod> pods) {
      this.deployment = deployment;
      this.sets = sets;
      this.newest = newest;
      this.old = sets.stream().filter(s -> newest.isEmpty() || !isSame(s, newest.get())).toList();
      this.pods = pods;
      this.rollout = Rollout.of(deployment);
    }

    private static boolean isSame(ReplicaSet a, ReplicaSet b) {
      return a.getMetadata().getName().equals(b.getMetadata().getName());
    }

    private List<ReplicaSet> active() {
      return sets.stream().filter(s -> Rollout.replicas(s) > 0).toList();
    }

    /** Whether the Deployment's size changed since its sets were sized. */
    boolean isScaled() {
      return active().stream()
          .anyMatch(set -> {
            String sized = Annotations.of(set).get(Annotations.DESIRED);
            return sized != null
                && Annotations.number(sized, rollout.desired()) != rollout.desired();
          });
    }

    void scale(List<Step> steps) {
      List<ReplicaSet> active = active();
      if (active.size() <= 1) {
        Optional<ReplicaSet> only =
            active.isEmpty()
                ? newest.or(() -> old.stream().max(byRevision()))
                : Optional.of(active.get(0));
        only.ifPresent(set -> resize(set, rollout.desired(), steps));
        return;
      }
      if (newest.filter(this::isSaturated).isPresent()) {
        active.stream()
            .filter(set -> !isSame(set, newest.get()))
            .forEach(set -> resize(set, 0, steps));
        return;
      }
      if (!Rollout.isRecreate(deployment)) {
        int status =
            deployment.getStatus() == null
                ? 0
                : Rollout.number(deployment.getStatus().getReplicas(), 0);
        rollout.shared(active, status).forEach((set, size) -> resize(set, size, steps));
      }
    }

    private boolean isSaturated(ReplicaSet set) {
      int sized = Annotations.number(Annotations.of(set).get(Annotations.DESIRED), -1);
      return Rollout.replicas(set) == rollout.desired()
          && sized == rollout.desired()
          && Rollout.available(set) == rollout.desired();
    }

    /** Gives the newest set its revision, and creates it where it is not there. */
    void revise(List<Step> steps) {
      long revision = old.stream().mapToLong(Annotations::revision).max().orElse(0) + 1;
      if (newest.isEmpty()) {
        create(revision, steps);
        return;
      }
      ReplicaSet set = newest.get();
      Map<String, String> wanted = Annotations.ofNewest(deployment, set, revision);
      Integer minReady = deployment.getSpec().getMinReadySeconds();
      if (!wanted.equals(Annotations.of(set))
          || !Objects.equals(minReady, set.getSpec().getMinReadySeconds())) {
        ReplicaSet changed =
            new ReplicaSetBuilder(set)
                .editMetadata()
                .withAnnotations(wanted)
                .endMetadata()
                .editSpec()
                .withMinReadySeconds(minReady)
                .endSpec()
                .build();
        steps.add(new Step.Update(changed, Rollout.replicas(set)));
      }
      long now = Annotations.number(wanted.get(Annotations.REVISION), 0);
      if (Annotations.revision(deployment) != now) {
        steps.add(new Step.SetRevision(now));
      }
    }

    private void create(long revision, List<Step> steps) {
      if (Rollout.isRecreate(deployment)) {
        for (ReplicaSet set : active()) {
          resize(set, 0, steps);
        }
        if (!steps.isEmpty() || oldPodsRun()) {
          return;
        }
      }
      int size = rollout.newestSize(0, Rollout.total(old));
      Map<String, String> annotations =
          Annotations.withSizes(
              Annotations.ofNewest(deployment, null, revision), rollout.desired(), rollout.most());
      steps.add(new Step.Create(Templates.newSet(deployment, size, annotations)));
      if (Annotations.revision(deployment) != revision) {
        steps.add(new Step.SetRevision(revision));
      }
    }

    private boolean oldPodsRun() {
      return pods.stream()
          .filter(pod -> !Pods.isFinished(pod))
          .anyMatch(pod -> old.stream().anyMatch(set -> Owners.isControlledBy(pod, set)));
    }

    void roll(List<Step> steps) {
      if (newest.isEmpty()) {
        return;
      }
      ReplicaSet set = newest.get();
      if (Rollout.isRecreate(deployment)) {
        old.forEach(one -> resize(one, 0, steps));
        if (steps.isEmpty() && !oldPodsRun()) {
          resize(set, rollout.desired(), steps);
        }
        return;
      }
      resize(set, rollout.newestSize(Rollout.replicas(set), Rollout.total(sets)), steps);
      if (steps.isEmpty()) {
        rollout.shrunk(newest, old).forEach((one, size) -> resize(one, size, steps));
      }
    }

    private void resize(ReplicaSet set, int size, List<Step> steps) {
      Map<String, String> now = Annotations.of(set);
      Map<String, String> wanted = Annotations.withSizes(now, rollout.desired(), rollout.most());
      int before = Rollout.replicas(set);
      boolean idle = before == 0 && size == 0;
      if (idle || (before == size && wanted.equals(now))) {
        return;
      }
      ReplicaSet changed =
          new ReplicaSetBuilder(set)
              .editMetadata()
              .withAnnotations(wanted)
              .endMetadata()
              .editSpec()
              .withReplicas(size)
              .endSpec()
              .build();
      steps.add(new Step.Update(changed, before));
    }

    /** Deletes the oldest empty sets beyond the history that the Deployment wants to keep. */
    void forget(List<Step> steps) {
      if (!DeploymentStatuses.isComplete(deployment)) {
        return;
      }
      List<ReplicaSet> empty = new ArrayList<>();
      for (ReplicaSet set : old) {
        boolean idle =
            Rollout.replicas(set) == 0
                && set.getMetadata().getDeletionTimestamp() == null
                && set.getStatus() != null
                && Rollout.number(set.getStatus().getReplicas(), 0) == 0
                && Objects.equals(
                    set.getStatus().getObservedGeneration(), set.getMetadata().getGeneration());
        if (idle) {
          empty.add(set);
        }
      }
      empty.sort(byRevision());
      int keep = Rollout.number(deployment.getSpec().getRevisionHistoryLimit(), 10);
      for (int i = 0; i < empty.size() - keep; i++) {
        steps.add(new Step.Delete(empty.get(i)));
      }
    }

    private static Comparator<ReplicaSet> byRevision() {
      return Comparator.comparing((ReplicaSet set) -> Annotations.revision(set))
          .thenComparing(set -> set.getMetadata().getCreationTimestamp());
    }
  }
}
