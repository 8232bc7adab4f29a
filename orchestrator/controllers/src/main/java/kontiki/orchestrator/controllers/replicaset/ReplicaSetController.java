package kontiki.orchestrator.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.Indexes;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.client.WorkQueue;
import kontiki.orchestrator.controllers.Controller;
import kontiki.orchestrator.controllers.ControllerContext;
import kontiki.orchestrator.controllers.Expectations;
import kontiki.orchestrator.controllers.pod.PodControl;
import kontiki.orchestrator.controllers.pod.PodTemplates;
import org.jspecify.annotations.Nullable;

/**
 * Keeps as many pods as each ReplicaSet wants. Level-triggered by ReplicaSet key; several workers,
 * never two on one key.
 */
public final class ReplicaSetController implements Controller {
  private final Resource<ReplicaSet> sets;
  private final Store<ReplicaSet> setStore;
  private final Store<Pod> podStore;
  private final Expectations expectations;
  private final PodControl podControl;
  private final InstantSource clock;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public ReplicaSetController(ControllerContext context) {
    this.sets = context.client().resource(ReplicaSet.class);
    this.setStore = context.cluster().replicaSets.store();
    this.podStore = context.cluster().pods.store();
    this.clock = context.clock();
    this.expectations = new Expectations(clock);
    this.podControl =
        new PodControl(
            context.client().resource(Pod.class),
            context.events().apply("replicaset-controller"),
            expectations);
    this.queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("replicaset", queue, this::reconcile);
    context.cluster().replicaSets.handler(ResourceHandler.each(set -> queue.add(Store.key(set))));
    context.cluster().pods.handler(new PodHandler());
  }

  @Override
  public String name() {
    return "replicaset";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String key) {
    Optional<ReplicaSet> found = setStore.get(key);
    if (found.isEmpty()) {
      expectations.forget(key);
      return null;
    }
    ReplicaSet set = found.get();
    boolean settled = expectations.met(key);
    List<Pod> candidates = podStore.inNamespace(set.getMetadata().getNamespace());
    ReplicaSetPlan plan = ReplicaSetPlan.decide(set, candidates, related(set), settled);
    if (!plan.claim().adopt().isEmpty() || !plan.claim().release().isEmpty()) {
      if (!stillThere(set)) {
        return null;
      }
      podControl.adopt(set, plan.claim().adopt());
      podControl.release(set, plan.claim().release());
    }
    Optional<ApiException> refused = act(key, set, plan);
    Optional<ReplicaSetStatuses.Failure> failure =
        refused.map(e -> new ReplicaSetStatuses.Failure(reason(plan), message(e)));
    ReplicaSetStatus status =
        ReplicaSetStatuses.of(set, plan.claim().owned(), failure, clock.instant());
    if (ReplicaSetStatuses.differs(set, status)) {
      sets.updateStatus(new ReplicaSetBuilder(set).withStatus(status).build());
    }
    if (refused.isPresent()) {
      throw refused.get();
    }
    return ReplicaSetStatuses.untilAvailable(set, plan.claim().owned(), clock.instant())
        .orElse(null);
  }

  private Optional<ApiException> act(String key, ReplicaSet set, ReplicaSetPlan plan) {
    if (plan.create() > 0) {
      expectations.expect(key, plan.create(), List.of());
      Pod pod = PodTemplates.pod(set.getSpec().getTemplate(), set);
      return podControl
          .create(set, Collections.nCopies(plan.create(), pod))
          .filter(e -> !e.isNamespaceTerminating());
    }
    if (!plan.delete().isEmpty()) {
      expectations.expect(key, 0, plan.delete().stream().map(Store::key).toList());
      return podControl.delete(set, plan.delete());
    }
    return Optional.empty();
  }

  private static String reason(ReplicaSetPlan plan) {
    return plan.create() > 0 ? "FailedCreate" : "FailedDelete";
  }

  private static String message(ApiException e) {
    return String.valueOf(e.getMessage());
  }

  /** Asks the server itself before adopting: the store's copy may be that of a deleted set. */
  private boolean stillThere(ReplicaSet set) {
    return sets.inNamespace(set.getMetadata().getNamespace())
        .find(set.getMetadata().getName())
        .filter(fresh -> fresh.getMetadata().getUid().equals(set.getMetadata().getUid()))
        .filter(fresh -> fresh.getMetadata().getDeletionTimestamp() == null)
        .isPresent();
  }

  /** The pods of all sets with the same owner, for example of one Deployment. */
  private List<Pod> related(ReplicaSet set) {
    List<Pod> out = new ArrayList<>();
    Optional<OwnerReference> owner = Owners.controllerOf(set);
    List<ReplicaSet> siblings =
        owner.isEmpty() ? List.of(set) : setStore.byIndex(Indexes.OWNER, owner.get().getUid());
    for (ReplicaSet sibling : siblings) {
      out.addAll(podStore.byIndex(Indexes.OWNER, sibling.getMetadata().getUid()));
    }
    return out;
  }

  private final class PodHandler implements ResourceHandler<Pod> {
    @Override
    public void added(Pod pod) {
      if (Pods.isTerminating(pod)) {
        deleted(pod);
        return;
      }
      Optional<String> owner = owner(pod);
      if (owner.isPresent()) {
        expectations.created(owner.get());
        queue.add(owner.get());
      } else if (Owners.controllerOf(pod).isEmpty()) {
        enqueueMatching(pod);
      }
    }

    @Override
    public void updated(Pod old, Pod pod) {
      if (Pods.isTerminating(pod) && !Pods.isTerminating(old)) {
        deleted(pod);
        return;
      }
      owner(old).ifPresent(queue::add);
      Optional<String> owner = owner(pod);
      if (owner.isPresent()) {
        queue.add(owner.get());
      } else if (Owners.controllerOf(pod).isEmpty()) {
        enqueueMatching(pod);
      }
    }

    @Override
    public void deleted(Pod pod) {
      owner(pod)
          .ifPresent(key -> {
            expectations.deleted(key, Store.key(pod));
            queue.add(key);
          });
    }

    /** The key of the set that controls the pod, whether or not the set is known yet. */
    private Optional<String> owner(HasMetadata pod) {
      return Owners.controllerOf(pod)
          .filter(o -> o.getKind().equals("ReplicaSet") && o.getApiVersion().equals("apps/v1"))
          .map(o -> Store.key(pod.getMetadata().getNamespace(), o.getName()));
    }

    private void enqueueMatching(Pod pod) {
      for (ReplicaSet set : setStore.inNamespace(pod.getMetadata().getNamespace())) {
        if (LabelSelectors.matches(set.getSpec().getSelector(), pod)) {
          queue.add(Store.key(set));
        }
      }
    }
  }
}
