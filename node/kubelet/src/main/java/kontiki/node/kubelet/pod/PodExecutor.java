package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.ContainerConfig;
import kontiki.node.cri.pb.Image;
import kontiki.node.kubelet.plan.ContainerRun;
import kontiki.node.kubelet.plan.Containers;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.plan.SandboxRun;
import kontiki.node.kubelet.probe.HandlerResult;
import kontiki.node.kubelet.probe.Handlers;
import kontiki.node.kubelet.runtime.Cgroups;
import kontiki.node.kubelet.runtime.ContainerConfigException;
import kontiki.node.kubelet.runtime.ContainerSpec;
import kontiki.node.kubelet.runtime.Fields;
import kontiki.node.kubelet.runtime.PodPaths;
import kontiki.node.kubelet.runtime.PodResources;
import kontiki.node.kubelet.runtime.SandboxSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what was decided for a pod, on the calling pod's thread, and tells of it in events.
 * Blocks for as long as the engine, a hook or a stop takes. Thread-safe.
 */
final class PodExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(PodExecutor.class);

  /** A container gets so long to stop even when its hook used up the grace period (API of Pod). */
  private static final long LEAST_STOP_SECONDS = 2;

  private final CriRuntime runtime;
  private final SandboxSpec sandboxes;
  private final ContainerSpec containers;
  private final Cgroups cgroups;
  private final Handlers handlers;
  private final PodPaths paths;
  private final PodEvents events;
  private final InstantSource clock;

  /** What carries the actions out. */
  record Tools(
      CriRuntime runtime,
      SandboxSpec sandboxes,
      ContainerSpec containers,
      Cgroups cgroups,
      Handlers handlers,
      PodPaths paths,
      PodEvents events,
      InstantSource clock) {}

  PodExecutor(Tools tools) {
    this.runtime = tools.runtime;
    this.sandboxes = tools.sandboxes;
    this.containers = tools.containers;
    this.cgroups = tools.cgroups;
    this.handlers = tools.handlers;
    this.paths = tools.paths;
    this.events = tools.events;
    this.clock = tools.clock;
  }

  /** Why a container was not started; the reason is for its status. */
  static final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String reason;

    StartFailure(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** Makes the cgroup, the log directory and the sandbox. */
  void createSandbox(Pod pod, int attempt) {
    try {
      cgroups.make(sandboxes.cgroupParent(pod), PodResources.ofPod(pod.getSpec()));
      Files.createDirectories(paths.logs(pod.getMetadata()));
      Files.createDirectories(paths.pod(pod.getMetadata().getUid()));
    } catch (IOException unusable) {
      throw new UncheckedIOException(
          "cannot prepare the pod's cgroup and directories: " + unusable.getMessage(), unusable);
    }
    try {
      String id =
          runtime.runPodSandbox(
              sandboxes.of(pod, attempt), Objects.requireNonNullElse(handler(pod), ""));
      LOG.debug("pod={} event=sandbox-created id={}", name(pod), id);
    } catch (CriException failure) {
      events.warning(
          pod,
          null,
          "FailedCreatePodSandBox",
          "Failed to create pod sandbox: " + failure.getMessage());
      throw failure;
    }
  }

  /** Runtime classes name a handler of the engine; without one the engine's default is used. */
  private static @Nullable String handler(Pod pod) {
    String name = pod.getSpec().getRuntimeClassName();
    return name == null || name.isEmpty() ? null : name;
  }

  /** What a start needs besides the pod. */
  record StartRequest(
      Container container,
      int attempt,
      SandboxRun sandbox,
      Image image,
      Fields fields,
      Map<String, Path> volumes,
      String podIp) {}

  /**
   * Makes and starts a container and runs its postStart hook.
   *
   * @throws StartFailure when it does not run now
   */
  void start(Pod pod, StartRequest request) {
    Container container = request.container();
    String name = container.getName();
    ContainerConfig config;
    try {
      config =
          containers.of(
              pod,
              container,
              new ContainerSpec.Surroundings(
                  request.fields(), request.volumes(), request.image(), request.attempt()));
      Files.createDirectories(paths.logs(pod.getMetadata()).resolve(name));
    } catch (ContainerConfigException | IOException unusable) {
      throw failed(pod, name, "CreateContainerConfigError", unusable.getMessage());
    }
    String id;
    try {
      id =
          runtime.createContainer(
              request.sandbox().id(), config, sandboxes.of(pod, request.sandbox().attempt()));
    } catch (CriException failure) {
      throw failed(pod, name, "CreateContainerError", failure.getMessage());
    }
    events.normal(pod, name, "Created", "Created container: " + name);
    try {
      runtime.startContainer(id);
    } catch (CriException failure) {
      throw failed(pod, name, "RunContainerError", failure.getMessage());
    }
    events.normal(pod, name, "Started", "Started container " + name);
    LOG.info("pod={} container={} event=started id={}", name(pod), name, id);
    postStart(pod, request, id);
  }

  private StartFailure failed(Pod pod, String name, String reason, @Nullable String why) {
    String message = String.valueOf(why);
    events.warning(pod, name, "Failed", "Error: " + message);
    return new StartFailure(reason, message);
  }

  private void postStart(Pod pod, StartRequest request, String id) {
    Lifecycle lifecycle = request.container().getLifecycle();
    if (lifecycle == null || lifecycle.getPostStart() == null) {
      return;
    }
    String name = request.container().getName();
    HandlerResult result =
        handlers.hook(
            lifecycle.getPostStart(),
            new Handlers.Target(request.container(), id, request.podIp()));
    if (!result.good()) {
      events.warning(pod, name, "FailedPostStartHook", "PostStartHook failed: " + result.message());
      events.normal(pod, name, "Killing", "FailedPostStartHook");
      runtime.stopContainer(id, gracePeriod(pod));
      throw new StartFailure("PostStartHookError", "PostStartHook failed: " + result.message());
    }
  }

  /** Stops one container: its preStop hook, the signal, and after the grace period the kill. */
  void kill(Pod pod, ContainerRun run, String message, long graceSeconds, String podIp) {
    events.normal(pod, run.name(), "Killing", message);
    long left = graceSeconds;
    Container container = Containers.named(pod.getSpec(), run.name());
    if (container != null
        && container.getLifecycle() != null
        && container.getLifecycle().getPreStop() != null
        && graceSeconds > 0) {
      Instant began = clock.instant();
      HandlerResult result =
          handlers.hook(
              container.getLifecycle().getPreStop(),
              new Handlers.Target(container, run.id(), podIp),
              Duration.ofSeconds(graceSeconds));
      if (!result.good()) {
        events.warning(
            pod, run.name(), "FailedPreStopHook", "PreStopHook failed: " + result.message());
      }
      left -= Duration.between(began, clock.instant()).toSeconds();
    }
    runtime.stopContainer(run.id(), graceSeconds == 0 ? 0 : Math.max(LEAST_STOP_SECONDS, left));
  }

  /**
   * Stops all containers, sidecars after the others in reverse order, and the sandboxes. They stay,
   * stopped, until they are removed.
   */
  void stopPod(Pod pod, PodRuns runs, long graceSeconds, String podIp) {
    Instant began = clock.instant();
    List<ContainerRun> together = new ArrayList<>();
    List<ContainerRun> after = new ArrayList<>();
    for (ContainerRun run : runs.containers()) {
      if (run.running() || run.state() == ContainerRun.State.UNKNOWN) {
        boolean sidecar =
            Containers.inits(pod.getSpec()).stream()
                .anyMatch(init -> init.getName().equals(run.name()) && Containers.sidecar(init));
        (sidecar ? after : together).add(run);
      }
    }
    inParallel(pod, together, graceSeconds, podIp);
    Containers.inits(pod.getSpec()).reversed().stream()
        .flatMap(init -> after.stream().filter(run -> run.name().equals(init.getName())))
        .forEach(run -> {
          long used = Duration.between(began, clock.instant()).toSeconds();
          kill(pod, run, stopping(run), Math.max(0, graceSeconds - used), podIp);
        });
    runs.sandboxes().forEach(sandbox -> runtime.stopPodSandbox(sandbox.id()));
  }

  private void inParallel(Pod pod, List<ContainerRun> runs, long graceSeconds, String podIp) {
    List<RuntimeException> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (ContainerRun run : runs) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  kill(pod, run, stopping(run), graceSeconds, podIp);
                } catch (RuntimeException failure) {
                  synchronized (failures) {
                    failures.add(failure);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new CriException(CriException.Reason.UNAVAILABLE, "interrupted while stopping");
      }
    }
    synchronized (failures) {
      if (!failures.isEmpty()) {
        throw failures.getFirst();
      }
    }
  }

  private static String stopping(ContainerRun run) {
    return "Stopping container " + run.name();
  }

  /** Removes the stopped remains of a pod from the engine, and its cgroup. */
  void removeFromEngine(Pod pod, PodRuns runs) {
    runs.containers().forEach(run -> runtime.removeContainer(run.id()));
    runs.sandboxes().forEach(sandbox -> runtime.removePodSandbox(sandbox.id()));
    try {
      for (PodResources.Qos qos : PodResources.Qos.values()) {
        cgroups.remove(sandboxes.cgroupParent(qos, pod.getMetadata().getUid()));
      }
    } catch (IOException busy) {
      LOG.warn("pod={} event=cgroup-left error={}", name(pod), busy.toString());
    }
  }

  /** Removes what newer runs have replaced: all but the two newest runs of each container. */
  void collect(PodRuns runs) {
    SandboxRun newest = runs.newestSandbox();
    List<ContainerRun> kept = new ArrayList<>();
    runs.containers().stream()
        .map(ContainerRun::name)
        .distinct()
        .forEach(name -> kept.addAll(runs.runsOf(name).stream().limit(2).toList()));
    for (ContainerRun run : runs.containers()) {
      if (!kept.contains(run) && !run.running()) {
        runtime.removeContainer(run.id());
      }
    }
    for (SandboxRun sandbox : runs.sandboxes()) {
      boolean inUse =
          sandbox.equals(newest)
              || sandbox.ready()
              || kept.stream().anyMatch(run -> run.sandboxId().equals(sandbox.id()));
      if (!inUse) {
        runtime.removePodSandbox(sandbox.id());
      }
    }
  }

  /** The seconds that containers of a pod get to stop: the deletion's, or the spec's. */
  static long gracePeriod(Pod pod) {
    Long deletion = pod.getMetadata().getDeletionGracePeriodSeconds();
    if (pod.getMetadata().getDeletionTimestamp() != null && deletion != null) {
      return deletion;
    }
    return Objects.requireNonNullElse(pod.getSpec().getTerminationGracePeriodSeconds(), 30L);
  }

  static String name(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }
}
