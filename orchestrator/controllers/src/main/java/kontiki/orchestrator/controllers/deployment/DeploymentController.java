package kontiki.orchestrator.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Indexes;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import org.jspecify.annotations.Nullable;

/** Rolls each Deployment out, one step at a time. Level-triggered by Deployment key. */
public final class DeploymentController implements Controller {
  private final Resource<Deployment> deployments;
  private final Resource<ReplicaSet> sets;
  private final Store<Deployment> deploymentStore;
  private final Store<ReplicaSet> setStore;
  private final Store<Pod> podStore;
  private final Events events;
  private final InstantSource clock;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public DeploymentController(ControllerContext context) {
    this.deployments = context.client().resource(Deployment.class);
    this.sets = context.client().resource(ReplicaSet.class);
    this.deploymentStore = context.cluster().deployments.store();
    this.setStore = context.cluster().replicaSets.store();
    this.podStore = context.cluster().pods.store();
    this.events = context.events().apply("deployment-controller");
    this.clock = context.clock();
    this.queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("deployment", queue, this::reconcile);
    context
        .cluster()
        .deployments
        .handler(ResourceHandler.each(deployment -> queue.add(Store.key(deployment))));
    context.cluster().replicaSets.handler(ResourceHandler.each(this::setChanged));
    context.cluster().pods.handler(new PodsGone());
  }

  @Override
  public String name() {
    return "deployment";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private void setChanged(ReplicaSet set) {
    String namespace = set.getMetadata().getNamespace();
    Owners.controllerOf(set)
        .ifPresentOrElse(
            owner -> {
              if (owner.getKind().equals("Deployment")) {
                queue.add(Store.key(namespace, owner.getName()));
              }
            },
            () -> {
              for (Deployment deployment : deploymentStore.inNamespace(namespace)) {
                if (LabelSelectors.matches(deployment.getSpec().getSelector(), set)) {
                  queue.add(Store.key(deployment));
                }
              }
            });
  }

  /** A Recreate rollout goes on when the last old pod is gone. */
  private final class PodsGone implements ResourceHandler<Pod> {
    @Override
    public void added(Pod pod) {}

    @Override
    public void updated(Pod old, Pod pod) {}

    @Override
    public void deleted(Pod pod) {
      String namespace = pod.getMetadata().getNamespace();
      Owners.controllerOf(pod)
          .filter(owner -> owner.getKind().equals("ReplicaSet"))
          .flatMap(owner -> setStore.get(namespace, owner.getName()))
          .flatMap(Owners::controllerOf)
          .flatMap(owner -> deploymentStore.get(namespace, owner.getName()))
          .filter(Rollout::isRecreate)
          .ifPresent(deployment -> queue.add(Store.key(deployment)));
    }
  }

  private @Nullable Duration reconcile(String key) {
    Optional<Deployment> found = deploymentStore.get(key);
    if (found.isEmpty()) {
      return null;
    }
    Deployment deployment = found.get();
    if (LabelSelectors.isEmpty(deployment.getSpec().getSelector())) {
      events.warning(
          deployment,
          "SelectingAll",
          "This deployment is selecting all pods. A non-empty selector is required.");
      return null;
    }
    List<ReplicaSet> owned = claim(deployment);
    List<Pod> pods = new ArrayList<>();
    for (ReplicaSet set : owned) {
      pods.addAll(podStore.byIndex(Indexes.OWNER, set.getMetadata().getUid()));
    }
    DeploymentPlan plan = DeploymentPlan.decide(deployment, owned, pods);
    Integer collisions =
        deployment.getStatus() == null ? null : deployment.getStatus().getCollisionCount();
    for (DeploymentPlan.Step step : plan.steps()) {
      if (perform(deployment, step)) {
        collisions = collisions == null ? 1 : collisions + 1;
      }
    }
    report(deployment, owned, plan, collisions);
    return DeploymentStatuses.untilTimeout(deployment, clock.instant()).orElse(null);
  }

  /** The sets that the Deployment controls, after adopting and releasing. */
  private List<ReplicaSet> claim(Deployment deployment) {
    List<ReplicaSet> owned = new ArrayList<>();
    boolean ending = deployment.getMetadata().getDeletionTimestamp() != null;
    for (ReplicaSet set : setStore.inNamespace(deployment.getMetadata().getNamespace())) {
      boolean matches = LabelSelectors.matches(deployment.getSpec().getSelector(), set);
      if (Owners.isControlledBy(set, deployment)) {
        if (matches || ending) {
          owned.add(set);
        } else {
          var others = new ArrayList<>(set.getMetadata().getOwnerReferences());
          others.removeIf(o -> o.getUid().equals(deployment.getMetadata().getUid()));
          sets.update(
              new ReplicaSetBuilder(set)
                  .editMetadata()
                  .withOwnerReferences(others)
                  .endMetadata()
                  .build());
        }
      } else if (matches && !ending && isFree(set)) {
        owned.add(
            sets.update(
                new ReplicaSetBuilder(set)
                    .editMetadata()
                    .addToOwnerReferences(Owners.controller(deployment))
                    .endMetadata()
                    .build()));
      }
    }
    return owned;
  }

  private static boolean isFree(ReplicaSet set) {
    return Owners.controllerOf(set).isEmpty() && set.getMetadata().getDeletionTimestamp() == null;
  }

  /** Carries out a step; true when the name of a new set was taken by another template. */
  private boolean perform(Deployment deployment, DeploymentPlan.Step step) {
    switch (step) {
      case DeploymentPlan.Step.Create create -> {
        return create(deployment, create.set());
      }
      case DeploymentPlan.Step.Update update -> {
        ReplicaSet set = update.set();
        sets.update(set);
        int size = Rollout.replicas(set);
        if (size != update.before()) {
          String direction = size > update.before() ? "up" : "down";
          scaled(deployment, set, direction, update.before(), size);
        }
      }
      case DeploymentPlan.Step.Delete delete -> {
        var meta = delete.set().getMetadata();
        sets.inNamespace(meta.getNamespace())
            .deleteIfPresent(meta.getName(), DeleteOptions.ofUid(meta.getUid()));
      }
      case DeploymentPlan.Step.SetRevision revision ->
          deployments
              .inNamespace(deployment.getMetadata().getNamespace())
              .mergePatch(
                  deployment.getMetadata().getName(),
                  Map.of(
                      "metadata",
                      Map.of(
                          "annotations",
                          Map.of(Annotations.REVISION, Long.toString(revision.revision())))));
    }
    return false;
  }

  private boolean create(Deployment deployment, ReplicaSet set) {
    try {
      sets.create(set);
    } catch (ApiException e) {
      if (!e.isAlreadyExists()) {
        throw e;
      }
      ReplicaSet there =
          sets.inNamespace(set.getMetadata().getNamespace()).get(set.getMetadata().getName());
      boolean own =
          Owners.isControlledBy(there, deployment)
              && Templates.newest(deployment, List.of(there)).isPresent();
      return !own;
    }
    if (Rollout.replicas(set) > 0) {
      scaled(deployment, set, "up", 0, Rollout.replicas(set));
    }
    return false;
  }

  private void scaled(
      Deployment deployment, ReplicaSet set, String direction, int before, int after) {
    events.normal(
        deployment,
        "ScalingReplicaSet",
        "Scaled %s replica set %s from %d to %d"
            .formatted(direction, set.getMetadata().getName(), before, after));
  }

  private void report(
      Deployment deployment,
      List<ReplicaSet> owned,
      DeploymentPlan plan,
      @Nullable Integer collisions) {
    DeploymentStatus status =
        DeploymentStatuses.of(deployment, owned, plan.newest(), collisions, clock.instant());
    if (differs(deployment.getStatus(), status)) {
      // A patch of the status alone: a step may have changed the annotations a moment ago.
      deployments
          .inNamespace(deployment.getMetadata().getNamespace())
          .mergePatchStatus(deployment.getMetadata().getName(), Map.of("status", status));
    }
  }

  private static boolean differs(@Nullable DeploymentStatus now, DeploymentStatus wanted) {
    return now == null
        || Rollout.number(now.getReplicas(), 0) != wanted.getReplicas()
        || Rollout.number(now.getUpdatedReplicas(), 0) != wanted.getUpdatedReplicas()
        || Rollout.number(now.getReadyReplicas(), 0) != wanted.getReadyReplicas()
        || Rollout.number(now.getAvailableReplicas(), 0) != wanted.getAvailableReplicas()
        || Rollout.number(now.getUnavailableReplicas(), 0) != wanted.getUnavailableReplicas()
        || !Objects.equals(now.getObservedGeneration(), wanted.getObservedGeneration())
        || !Objects.equals(now.getCollisionCount(), wanted.getCollisionCount())
        || !Objects.equals(now.getConditions(), wanted.getConditions());
  }
}
