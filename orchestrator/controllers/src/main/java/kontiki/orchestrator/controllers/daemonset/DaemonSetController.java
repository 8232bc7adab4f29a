package kontiki.orchestrator.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
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
import kontiki.orchestrator.controllers.history.Revisions;
import kontiki.orchestrator.controllers.pod.PodClaim;
import kontiki.orchestrator.controllers.pod.PodControl;
import org.jspecify.annotations.Nullable;

/** Keeps a pod of each DaemonSet on each node that it wants. Level-triggered by key. */
public final class DaemonSetController implements Controller {
  private static final int HISTORY = 10;

  private final Resource<DaemonSet> sets;
  private final Resource<ControllerRevision> revisions;
  private final Store<DaemonSet> setStore;
  private final Store<ControllerRevision> revisionStore;
  private final Store<Node> nodes;
  private final Store<Pod> podStore;
  private final Expectations expectations;
  private final PodControl podControl;
  private final InstantSource clock;
  private final WorkQueue<String> queue;
  private final WorkLoop<String> loop;

  public DaemonSetController(ControllerContext context) {
    this.sets = context.client().resource(DaemonSet.class);
    this.revisions = context.client().resource(ControllerRevision.class);
    this.setStore = context.cluster().daemonSets.store();
    this.revisionStore = context.cluster().controllerRevisions.store();
    this.nodes = context.cluster().nodes.store();
    this.podStore = context.cluster().pods.store();
    this.clock = context.clock();
    this.expectations = new Expectations(clock);
    this.podControl =
        new PodControl(
            context.client().resource(Pod.class),
            context.events().apply("daemonset-controller"),
            expectations);
    this.queue = new WorkQueue<>(clock);
    this.loop = new WorkLoop<>("daemonset", queue, this::reconcile);
    context.cluster().daemonSets.handler(ResourceHandler.each(s -> queue.add(Store.key(s))));
    context.cluster().nodes.handler(new NodeHandler());
    context.cluster().pods.handler(new PodHandler());
  }

  @Override
  public String name() {
    return "daemonset";
  }

  @Override
  public List<WorkLoop<?>> loops() {
    return List.of(loop);
  }

  private @Nullable Duration reconcile(String key) {
    Optional<DaemonSet> found = setStore.get(key);
    if (found.isEmpty()) {
      expectations.forget(key);
      return null;
    }
    DaemonSet set = found.get();
    if (set.getMetadata().getDeletionTimestamp() != null) {
      return null;
    }
    List<ControllerRevision> history =
        revisionStore.byIndex(Indexes.OWNER, set.getMetadata().getUid());
    String hash = Revisions.hashOf(current(set, history));
    PodClaim claim =
        PodClaim.of(
            set,
            set.getSpec().getSelector(),
            podStore.inNamespace(set.getMetadata().getNamespace()));
    podControl.adopt(set, claim.adopt());
    podControl.release(set, claim.release());
    DaemonSetPlan plan =
        DaemonSetPlan.decide(set, nodes.list(), claim.owned(), hash, clock.instant());
    Optional<ApiException> refused =
        expectations.met(key) ? act(key, set, plan, hash) : Optional.empty();
    if (differs(set.getStatus(), plan.status())) {
      sets.updateStatus(new DaemonSetBuilder(set).withStatus(plan.status()).build());
    }
    forget(set, history, claim.owned());
    if (refused.isPresent()) {
      throw refused.get();
    }
    Integer minReady = set.getSpec().getMinReadySeconds();
    boolean ripening = plan.status().getNumberReady() > plan.status().getNumberAvailable();
    return ripening && minReady != null ? Duration.ofSeconds(minReady) : null;
  }

  /** The revision of the present template, made or brought to the front where needed. */
  private ControllerRevision current(DaemonSet set, List<ControllerRevision> history) {
    long next = Revisions.next(history);
    Optional<ControllerRevision> found = Revisions.find(set.getSpec().getTemplate(), history);
    if (found.isEmpty()) {
      return create(
          Revisions.make(
              set,
              set.getSpec().getTemplate(),
              LabelSelectors.labels(set.getSpec().getTemplate().getMetadata()),
              next));
    }
    if (found.get().getRevision() == next - 1) {
      return found.get();
    }
    return revisions
        .inNamespace(set.getMetadata().getNamespace())
        .mergePatch(found.get().getMetadata().getName(), Map.of("revision", next));
  }

  /** Creates a revision; one that is there and not visible yet is the same by its name. */
  private ControllerRevision create(ControllerRevision revision) {
    try {
      return revisions.create(revision);
    } catch (ApiException e) {
      if (!e.isAlreadyExists()) {
        throw e;
      }
      return revisions
          .inNamespace(revision.getMetadata().getNamespace())
          .get(revision.getMetadata().getName());
    }
  }

  private Optional<ApiException> act(String key, DaemonSet set, DaemonSetPlan plan, String hash) {
    if (plan.create().isEmpty() && plan.delete().isEmpty()) {
      return Optional.empty();
    }
    expectations.expect(key, plan.create().size(), plan.delete().stream().map(Store::key).toList());
    Optional<ApiException> failure =
        podControl.create(
            set, plan.create().stream().map(node -> DaemonPods.make(set, node, hash)).toList());
    Optional<ApiException> second = podControl.delete(set, plan.delete());
    return failure.or(() -> second);
  }

  private void forget(DaemonSet set, List<ControllerRevision> history, List<Pod> pods) {
    Set<String> used =
        pods.stream()
            .map(pod -> LabelSelectors.labels(pod).getOrDefault(Revisions.HASH, ""))
            .collect(Collectors.toSet());
    Revisions.find(set.getSpec().getTemplate(), history)
        .ifPresent(revision -> used.add(Revisions.hashOf(revision)));
    Integer limit = set.getSpec().getRevisionHistoryLimit();
    for (ControllerRevision old :
        Revisions.surplus(history, used, limit == null ? HISTORY : limit)) {
      revisions
          .inNamespace(set.getMetadata().getNamespace())
          .deleteIfPresent(
              old.getMetadata().getName(), DeleteOptions.ofUid(old.getMetadata().getUid()));
    }
  }

  private static boolean differs(@Nullable DaemonSetStatus now, DaemonSetStatus wanted) {
    return now == null
        || !Objects.equals(now.getObservedGeneration(), wanted.getObservedGeneration())
        || number(now.getDesiredNumberScheduled()) != wanted.getDesiredNumberScheduled()
        || number(now.getCurrentNumberScheduled()) != wanted.getCurrentNumberScheduled()
        || number(now.getNumberMisscheduled()) != wanted.getNumberMisscheduled()
        || number(now.getNumberReady()) != wanted.getNumberReady()
        || number(now.getUpdatedNumberScheduled()) != wanted.getUpdatedNumberScheduled()
        || number(now.getNumberAvailable()) != wanted.getNumberAvailable()
        || number(now.getNumberUnavailable()) != wanted.getNumberUnavailable();
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private final class NodeHandler implements ResourceHandler<Node> {
    @Override
    public void added(Node node) {
      all();
    }

    @Override
    public void updated(Node old, Node node) {
      boolean same =
          LabelSelectors.labels(old).equals(LabelSelectors.labels(node))
              && Objects.equals(old.getSpec(), node.getSpec());
      if (!same) {
        all();
      }
    }

    @Override
    public void deleted(Node node) {
      all();
    }

    private void all() {
      setStore.list().forEach(set -> queue.add(Store.key(set)));
    }
  }

  private final class PodHandler implements ResourceHandler<Pod> {
    @Override
    public void added(Pod pod) {
      if (Pods.isTerminating(pod)) {
        deleted(pod);
        return;
      }
      owner(pod)
          .ifPresent(key -> {
            expectations.created(key);
            queue.add(key);
          });
    }

    @Override
    public void updated(Pod old, Pod pod) {
      if (Pods.isTerminating(pod) && !Pods.isTerminating(old)) {
        deleted(pod);
        return;
      }
      owner(old).ifPresent(queue::add);
      owner(pod).ifPresent(queue::add);
    }

    @Override
    public void deleted(Pod pod) {
      owner(pod)
          .ifPresent(key -> {
            expectations.deleted(key, Store.key(pod));
            queue.add(key);
          });
    }

    private Optional<String> owner(Pod pod) {
      return Owners.controllerOf(pod)
          .filter(o -> o.getKind().equals("DaemonSet"))
          .map(OwnerReference::getName)
          .map(name -> Store.key(pod.getMetadata().getNamespace(), name));
    }
  }
}
