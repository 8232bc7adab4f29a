package kontiki.orchestrator.scheduler;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.Timestamps;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places pending pods one after another: takes a pod, decides on a snapshot, counts the pod on its
 * node at once, and binds it on another thread while the next is decided. {@link #step} does one
 * pod; {@link SchedulerLoops} drives it. A binding that fails takes the pod off the node again.
 */
final class Scheduler {
  /** How many bindings may be under way; more hold up the next decision. */
  static final int MAX_BINDINGS = 64;

  /** Every request has a deadline, so a loop that is at one pod for so long hangs. */
  static final Duration HANGS_AFTER = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /** The pod that is being placed. */
  private record Begun(String pod, Instant at) {}

  private final Resource<Pod> pods;
  private final ClusterView view;
  private final Placement placement = new Placement();
  private final Events events;
  private final Executor binder;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Semaphore bindings = new Semaphore(MAX_BINDINGS);
  private volatile @Nullable Begun begun;

  Scheduler(
      Resource<Pod> pods,
      ClusterView view,
      Events events,
      Executor binder,
      InstantSource clock,
      RandomGenerator random) {
    this.pods = pods;
    this.view = view;
    this.events = events;
    this.binder = binder;
    this.clock = clock;
    this.random = random;
  }

  /** Places one pod if one is due; false when none is. */
  boolean step() throws InterruptedException {
    Optional<Pod> next = view.queue().poll();
    if (next.isPresent()) {
      schedule(next.get());
    }
    return next.isPresent();
  }

  /** Waits for pods and places them until the queue is closed. */
  void run() throws InterruptedException {
    for (Optional<Pod> next = view.queue().take(); next.isPresent(); next = view.queue().take()) {
      begun = new Begun(PodInfo.of(next.get()).key(), clock.instant());
      try {
        schedule(next.get());
      } catch (RuntimeException e) {
        LOG.error("pod={} event=defect", PodInfo.of(next.get()).key(), e);
        view.queue().failed(PodInfo.of(next.get()).key());
      }
      begun = null;
    }
  }

  /** Why the loop will not go on by itself; empty if it will. Any thread, never waits. */
  Optional<String> stuck() {
    Begun one = begun;
    return one != null && clock.instant().isAfter(one.at().plus(HANGS_AFTER))
        ? Optional.of("the scheduler has been at " + one.pod() + " since " + one.at())
        : Optional.empty();
  }

  private void schedule(Pod pod) throws InterruptedException {
    PodInfo info = PodInfo.of(pod);
    boolean settled = !view.cache().isAssumed(info.key()) || settle(info);
    if (!settled) {
      return;
    }
    if (view.cache().isPlaced(info.key()) || Pods.isTerminating(pod)) {
      view.queue().delete(info.key());
      return;
    }
    Snapshot snapshot = view.snapshot();
    switch (placement.decide(info, snapshot, random)) {
      case Decision.Placed placed -> bind(info, placed);
      case Decision.Unschedulable no -> {
        events.warning(pod, "FailedScheduling", no.message());
        view.queue().unschedulable(info.key(), placement.helpedBy(no.plugins()));
        report(pod, no.message());
      }
    }
  }

  /**
   * Asks the server what became of a binding whose answer was lost.
   *
   * @return false when it cannot be asked now; the pod comes again
   */
  private boolean settle(PodInfo pod) {
    try {
      Optional<Pod> live =
          pods.inNamespace(pod.namespace()).find(pod.pod().getMetadata().getName());
      if (live.isEmpty() || Pods.nodeName(live.get()).isEmpty()) {
        view.cache().forget(pod);
      }
      if (live.isEmpty()) {
        view.queue().delete(pod.key());
      }
      return live.isPresent();
    } catch (ApiException e) {
      view.queue().failed(pod.key());
      return false;
    }
  }

  private void bind(PodInfo pod, Decision.Placed placed) throws InterruptedException {
    view.cache().assume(pod, placed.node());
    bindings.acquire();
    binder.execute(() -> {
      try {
        bindNow(pod, placed.node());
      } finally {
        bindings.release();
      }
    });
  }

  private void bindNow(PodInfo pod, String node) {
    Binding binding =
        new BindingBuilder()
            .withNewMetadata()
            .withName(pod.pod().getMetadata().getName())
            .withNamespace(pod.namespace())
            .withUid(pod.pod().getMetadata().getUid())
            .endMetadata()
            .withNewTarget()
            .withApiVersion("v1")
            .withKind("Node")
            .withName(node)
            .endTarget()
            .build();
    try {
      pods.inNamespace(pod.namespace())
          .subresource("POST", pod.pod().getMetadata().getName(), "binding", binding);
      view.queue().delete(pod.key());
      events.normal(pod.pod(), "Scheduled", "Successfully assigned " + pod.key() + " to " + node);
      LOG.debug("pod={} event=bound node={}", pod.key(), node);
    } catch (ApiException e) {
      if (e.code() == 0 || e.code() >= 500) {
        // Bound or not, nobody knows: the pod keeps its room until the next try has asked.
        LOG.info("pod={} event=binding-unknown node={} error={}", pod.key(), node, e.getMessage());
        view.queue().failed(pod.key());
        return;
      }
      view.cache().forget(pod);
      if (e.isNotFound()) {
        view.queue().delete(pod.key());
        return;
      }
      LOG.warn("pod={} event=binding-failed node={} error={}", pod.key(), node, e.getMessage());
      events.warning(pod.pod(), "FailedScheduling", "binding rejected: " + e.getMessage());
      view.queue().failed(pod.key());
    } catch (RuntimeException e) {
      LOG.error("pod={} event=defect", pod.key(), e);
      view.cache().forget(pod);
      view.queue().failed(pod.key());
    }
  }

  /** Says in the pod's conditions why it waits. */
  private void report(Pod pod, String message) {
    Optional<PodCondition> before = Pods.condition(pod, "PodScheduled");
    boolean same =
        before.isPresent()
            && "False".equals(before.get().getStatus())
            && Objects.equals(before.get().getMessage(), message);
    if (same) {
      return;
    }
    String since =
        before
            .filter(c -> "False".equals(c.getStatus()))
            .map(PodCondition::getLastTransitionTime)
            .orElse(Timestamps.format(clock.instant()));
    PodCondition condition =
        new PodConditionBuilder()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage(message)
            .withLastTransitionTime(since)
            .build();
    List<PodCondition> conditions = new ArrayList<>();
    if (pod.getStatus() != null) {
      conditions.addAll(pod.getStatus().getConditions());
    }
    conditions.removeIf(c -> "PodScheduled".equals(c.getType()));
    conditions.add(condition);
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("uid", pod.getMetadata().getUid());
    try {
      pods.inNamespace(pod.getMetadata().getNamespace())
          .mergePatchStatus(
              pod.getMetadata().getName(),
              Map.of("metadata", meta, "status", Map.of("conditions", conditions)));
    } catch (ApiException e) {
      LOG.debug("pod={} event=condition-failed error={}", pod.getMetadata().getName(), e.reason());
    }
  }
}
