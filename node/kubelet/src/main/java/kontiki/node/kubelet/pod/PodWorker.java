package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import kontiki.node.kubelet.KubeletConfig;
import kontiki.node.kubelet.plan.ContainerRun;
import kontiki.node.kubelet.plan.Containers;
import kontiki.node.kubelet.plan.PodActions;
import kontiki.node.kubelet.plan.PodPlan;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.plan.SandboxRun;
import kontiki.node.kubelet.plan.StatusFacts;
import kontiki.node.kubelet.probe.Probes;
import kontiki.node.kubelet.runtime.Fields;
import kontiki.node.kubelet.volume.VolumeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one pod to what it should be, on one virtual thread from {@link #start} until the pod is
 * gone or {@link #close}. Everything but {@link #update}, {@link #wake} and {@link #close} happens
 * on that thread. Each round reads the engine anew, decides, and does: nothing is remembered that
 * the engine knows, so a new kubelet goes on where the old one ended.
 */
final class PodWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** How soon a pod whose final status is not yet taken is looked at again. */
  private static final Duration SETTLING = Duration.ofMillis(100);

  private final PodTools tools;
  private final String uid;
  private final Thread thread;
  private final Runnable gone;
  private final Probes probes;
  private final ContainerStarts starts;
  private final PodReports reports;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private Pod desired;
  private boolean removed;
  private boolean woken = true;
  private boolean closed;

  // The pod thread's own.
  private Duration retry = FIRST_RETRY;
  private Map<String, Path> volumes = Map.of();
  private Instant volumesAt = Instant.MIN;
  private boolean over;

  /**
   * Makes a worker.
   *
   * @param gone called once, when nothing of the pod is left and it may be forgotten
   */
  PodWorker(Pod pod, PodTools tools, Runnable gone) {
    this.desired = pod;
    this.uid = pod.getMetadata().getUid();
    this.tools = tools;
    this.gone = gone;
    this.probes =
        new Probes(
            tools.handlers(),
            this::wake,
            unhealthy ->
                tools
                    .events()
                    .warning(pod(), unhealthy.container(), "Unhealthy", unhealthy.message()));
    this.starts = new ContainerStarts(tools, this::wake);
    this.reports = new PodReports(tools, probes, starts);
    this.thread =
        Thread.ofVirtual().name("pod-" + pod.getMetadata().getName()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** The newest pod that this worker knows, with the status that it last made. */
  Pod pod() {
    lock.lock();
    try {
      return desired;
    } finally {
      lock.unlock();
    }
  }

  /** The pod was changed in its source. */
  void update(Pod pod) {
    signal(() -> desired = pod);
  }

  /** The pod is no longer in its source: stop it. */
  void remove() {
    signal(() -> removed = true);
  }

  /** Something happened to the pod: look at it. */
  void wake() {
    signal(() -> {});
  }

  /** Ends the thread, soon; the pod's containers run on. */
  @Override
  public void close() {
    signal(() -> closed = true);
    thread.interrupt();
    probes.close();
  }

  /** Whether the thread ended in this time: the pod is no longer worked on. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    return thread.join(patience);
  }

  private void signal(Runnable change) {
    lock.lock();
    try {
      change.run();
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Instant next = Instant.MIN;
    try {
      while (awaitUntil(next)) {
        try {
          next = round();
          retry = FIRST_RETRY;
          if (over) {
            return;
          }
        } catch (RuntimeException failure) {
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
          LOG.warn(
              "pod={} event=sync-failed retryMillis={} error={}",
              PodExecutor.name(pod()),
              retry.toMillis(),
              failure.toString());
          next = tools.clock().instant().plus(retry);
          Duration doubled = retry.multipliedBy(2);
          retry = doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
        }
      }
    } finally {
      probes.close();
    }
  }

  /** Waits until the time or a change; false when the worker was closed. */
  private boolean awaitUntil(Instant time) {
    lock.lock();
    try {
      while (!woken && !closed) {
        long nanos = TimeUnit.NANOSECONDS.convert(Duration.between(tools.clock().instant(), time));
        if (nanos <= 0) {
          break;
        }
        long unused = changed.awaitNanos(nanos);
      }
      woken = false;
      return !closed;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** One look at the pod; when to look again. */
  private Instant round() {
    Pod pod = pod();
    PodRuns runs = tools.reader().read(uid);
    boolean gone;
    lock.lock();
    try {
      gone = removed;
    } finally {
      lock.unlock();
    }
    StatusFacts.Waiting failure = deadlineExceeded(pod);
    if (gone || pod.getMetadata().getDeletionTimestamp() != null || failure != null || ended(pod)) {
      return terminate(pod, runs, gone, failure);
    }
    return run(pod, runs);
  }

  /** Whether the pod has ended before, perhaps under an earlier kubelet: it never runs again. */
  private static boolean ended(Pod pod) {
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  private Instant run(Pod pod, PodRuns runs) {
    SandboxRun sandbox = runs.newestSandbox();
    String podIp = podIp(pod, sandbox);
    probes.update(pod, runs, podIp, reports.readyBefore(pod));
    Instant now = tools.clock().instant();
    PodActions actions =
        PodPlan.decide(
            new PodPlan.Input(pod.getSpec(), runs, probes.health(), starts.crashLoops(), now));
    starts.backOff(actions.backingOff().keySet());
    if (actions.idle()) {
      return idle(pod, runs, actions, now);
    }
    try {
      boolean again = execute(pod, runs, actions, podIp);
      if (again) {
        return Instant.MIN;
      }
    } catch (VolumeException notYet) {
      tools.events().warning(pod, null, "FailedMount", String.valueOf(notYet.getMessage()));
      reports.report(pod, runs, actions, false, null);
      throw notYet;
    } catch (PodExecutor.StartFailure failure) {
      reports.report(pod, tools.reader().read(uid), actions, false, null);
      throw failure;
    } catch (RuntimeException failure) {
      reports.report(pod, runs, actions, false, null);
      throw failure;
    }
    reports.report(pod, tools.reader().read(uid), actions, false, null);
    Instant askAt = earliest(actions.wakeAt(), tools.pulls().askAt(uid));
    return earliest(askAt, tools.clock().instant().plus(KubeletConfig.RESYNC));
  }

  private Instant idle(Pod pod, PodRuns runs, PodActions actions, Instant now) {
    reports.report(pod, runs, actions, false, null);
    actions
        .backingOff()
        .forEach((name, delay) ->
            tools
                .events()
                .warning(
                    pod,
                    name,
                    "BackOff",
                    "Back-off restarting failed container %s in pod %s_%s(%s)"
                        .formatted(
                            name,
                            pod.getMetadata().getName(),
                            pod.getMetadata().getNamespace(),
                            uid)));
    tools.executor().collect(runs);
    if (runs.anyRunning() && volumesAt.plus(KubeletConfig.RESYNC).isBefore(now)) {
      refreshVolumes(pod, runs.newestSandbox());
    }
    return earliest(actions.wakeAt(), now.plus(KubeletConfig.RESYNC));
  }

  /** Carries the actions out; whether to decide again at once. */
  private boolean execute(Pod pod, PodRuns runs, PodActions actions, String podIp) {
    if (actions.stopPod()) {
      tools.executor().stopPod(pod, runs, PodExecutor.gracePeriod(pod), podIp);
    }
    if (actions.sandboxAttempt() != null) {
      refreshVolumes(pod, null);
      tools.executor().createSandbox(pod, actions.sandboxAttempt());
    }
    for (PodActions.Kill kill : actions.kills()) {
      ContainerRun run =
          runs.containers().stream()
              .filter(candidate -> candidate.id().equals(kill.containerId()))
              .findFirst()
              .orElseThrow();
      tools.executor().kill(pod, run, kill.message(), graceOf(pod, run), podIp);
    }
    boolean progress =
        actions.stopPod() || actions.sandboxAttempt() != null || !actions.kills().isEmpty();
    SandboxRun sandbox = runs.newestSandbox();
    if (!actions.starts().isEmpty() && sandbox != null) {
      refreshVolumes(pod, sandbox);
      writeHosts(pod, sandbox);
      progress |=
          starts.start(
              actions,
              new ContainerStarts.Place(pod, sandbox, podIp, fields(pod, sandbox), volumes));
    }
    return progress;
  }

  /** A probe may give its container less time to stop than the pod has. */
  private static long graceOf(Pod pod, ContainerRun run) {
    Container container = Containers.named(pod.getSpec(), run.name());
    return Stream.of(
            container == null ? null : container.getLivenessProbe(),
            container == null ? null : container.getStartupProbe())
        .filter(probe -> probe != null && probe.getTerminationGracePeriodSeconds() != null)
        .map(probe -> probe.getTerminationGracePeriodSeconds())
        .findFirst()
        .orElse(PodExecutor.gracePeriod(pod));
  }

  /** Stops the pod and, when it is to be forgotten, removes it; when to look again. */
  private Instant terminate(
      Pod pod, PodRuns runs, boolean gone, StatusFacts.@Nullable Waiting failure) {
    SandboxRun sandbox = runs.newestSandbox();
    boolean deleted = gone || pod.getMetadata().getDeletionTimestamp() != null;
    if (!runs.stopped()) {
      reports.report(pod, runs, null, false, null);
      probes.update(pod, runs, podIp(pod, sandbox), reports.readyBefore(pod));
      tools.executor().stopPod(pod, runs, PodExecutor.gracePeriod(pod), podIp(pod, sandbox));
      runs = tools.reader().read(uid);
      if (!runs.stopped()) {
        return tools.clock().instant().plus(FIRST_RETRY);
      }
    }
    probes.close();
    if (!runs.containers().isEmpty() || reports.none()) {
      reports.report(pod, runs, null, true, failure);
    }
    if (!deleted) {
      return tools.clock().instant().plus(KubeletConfig.RESYNC);
    }
    if (!tools.statuses().settled(uid)) {
      return tools.clock().instant().plus(SETTLING);
    }
    tools.executor().removeFromEngine(pod, runs);
    try {
      tools.volumes().remove(uid);
    } catch (IOException busy) {
      throw new IllegalStateException(
          "cannot remove the volumes of pod " + PodExecutor.name(pod) + ": " + busy, busy);
    }
    if (!gone) {
      tools.statuses().finished(pod);
      return tools.clock().instant().plus(KubeletConfig.RESYNC);
    }
    tools.removeLogs(pod.getMetadata());
    tools.statuses().forget(uid);
    tools.pulls().forget(uid);
    over = true;
    this.gone.run();
    return Instant.MAX;
  }

  private StatusFacts.@Nullable Waiting deadlineExceeded(Pod pod) {
    Long seconds = pod.getSpec().getActiveDeadlineSeconds();
    PodStatus status = reports.newest(pod);
    if (seconds == null || status == null || status.getStartTime() == null || ended(pod)) {
      return null;
    }
    Instant end = Instant.parse(status.getStartTime()).plusSeconds(seconds);
    return tools.clock().instant().isBefore(end)
        ? null
        : new StatusFacts.Waiting(
            "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
  }

  private void refreshVolumes(Pod pod, @Nullable SandboxRun sandbox) {
    volumes = tools.volumes().prepare(pod, fields(pod, sandbox));
    volumesAt = tools.clock().instant();
  }

  private void writeHosts(Pod pod, SandboxRun sandbox) {
    Path file = tools.paths().hosts(uid);
    try {
      String text = tools.hosts(pod, sandbox.ips());
      Files.createDirectories(file.getParent());
      // In place: the file is mounted into containers, which a new file would not reach.
      if (Files.notExists(file) || !Files.readString(file).equals(text)) {
        Files.writeString(file, text, StandardCharsets.UTF_8);
      }
    } catch (IOException unusable) {
      throw new IllegalStateException("cannot write " + file + ": " + unusable, unusable);
    }
  }

  private Fields fields(Pod pod, @Nullable SandboxRun sandbox) {
    List<String> ips = List.of();
    if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      ips = List.of(tools.config().nodeIp());
    } else if (sandbox != null) {
      ips = sandbox.ips();
    }
    return new Fields(ips, tools.config().nodeIp(), tools.nodeAllocatable());
  }

  private String podIp(Pod pod, @Nullable SandboxRun sandbox) {
    if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      return tools.config().nodeIp();
    }
    return sandbox == null || sandbox.ips().isEmpty() ? "" : sandbox.ips().getFirst();
  }

  private static Instant earliest(@Nullable Instant one, Instant other) {
    return one != null && one.isBefore(other) ? one : other;
  }
}
