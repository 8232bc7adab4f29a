package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what brings a pod nearer to its spec. Sources of the rules: the Pod lifecycle and the
 * sidecar (KEP-753) documents.
 *
 * <ul>
 *   <li>Without a ready sandbox one is made, unless nothing would run in it.
 *   <li>Init containers run one after the other, each to its success; a sidecar (an init container
 *       with restart policy Always) only has to have started. A new sandbox runs them all again.
 *   <li>Containers that end are started again as the restart policy says, after a growing pause.
 *   <li>A container with a changed image, or whose startup or liveness probe failed, is stopped;
 *       the next decision then starts it again.
 *   <li>When no container will ever run again the pod is stopped.
 * </ul>
 */
public final class PodPlan {
  /** What a decision is made from. */
  public record Input(
      PodSpec spec, PodRuns runs, Health health, Map<String, CrashLoop> crashLoops, Instant now) {}

  private final Input in;
  private final List<PodActions.Kill> kills = new ArrayList<>();
  private final List<PodActions.Start> starts = new ArrayList<>();
  private final Map<String, CrashLoop> crashLoops;
  private final Map<String, Duration> backingOff = new LinkedHashMap<>();
  private @Nullable Instant wakeAt;

  private PodPlan(Input in) {
    this.in = in;
    this.crashLoops = new LinkedHashMap<>(in.crashLoops);
  }

  /** The next actions. */
  public static PodActions decide(Input in) {
    return new PodPlan(in).decide();
  }

  private PodActions decide() {
    SandboxRun sandbox = in.runs.newestSandbox();
    if (sandbox == null || !usable(sandbox)) {
      return withoutSandbox(sandbox);
    }
    boolean initialized =
        in.spec.getContainers().stream()
            .anyMatch(container -> in.runs.newestIn(sandbox.id(), container.getName()) != null);
    for (Container init : Containers.inits(in.spec)) {
      Step step =
          Containers.sidecar(init)
              ? sidecar(init, sandbox, initialized)
              : init(init, sandbox, initialized);
      switch (step) {
        case PASSED -> {}
        case WAITS -> {
          return actions(false, null);
        }
        case FAILED -> {
          return actions(!in.runs.stopped(), null);
        }
      }
    }
    boolean over = true;
    for (Container container : in.spec.getContainers()) {
      over &= main(container);
    }
    return over ? stopOnly() : actions(false, null);
  }

  private enum Step {
    PASSED,
    WAITS,
    FAILED
  }

  /** Whether containers can run in it: the host's network never becomes the pod's own or back. */
  private boolean usable(SandboxRun sandbox) {
    boolean hostNetwork = Boolean.TRUE.equals(in.spec.getHostNetwork());
    return sandbox.ready()
        && sandbox.hostNetwork() == hostNetwork
        && (hostNetwork || !sandbox.ips().isEmpty());
  }

  private PodActions withoutSandbox(@Nullable SandboxRun dead) {
    boolean never = Containers.policy(in.spec) == RestartPolicy.NEVER;
    boolean ranBefore = dead != null && !in.runs.containers().isEmpty();
    boolean wanted =
        in.spec.getContainers().stream()
            .anyMatch(container -> shouldRun(in.runs.newest(container.getName())));
    if (!wanted || never && ranBefore) {
      return stopOnly();
    }
    int attempt = dead == null ? 0 : dead.attempt() + 1;
    return actions(!in.runs.stopped(), attempt);
  }

  private Step init(Container init, SandboxRun sandbox, boolean initialized) {
    if (initialized) {
      return Step.PASSED;
    }
    ContainerRun run = in.runs.newestIn(sandbox.id(), init.getName());
    if (run != null && run.running()) {
      return Step.WAITS;
    }
    if (run != null && run.succeeded()) {
      return Step.PASSED;
    }
    if (run != null && run.exited() && Containers.policy(in.spec) == RestartPolicy.NEVER) {
      return Step.FAILED;
    }
    start(init, run);
    return Step.WAITS;
  }

  private Step sidecar(Container sidecar, SandboxRun sandbox, boolean initialized) {
    ContainerRun run = in.runs.newestIn(sandbox.id(), sidecar.getName());
    boolean up = false;
    if (run == null || !run.running()) {
      start(sidecar, run);
    } else if (!killed(sidecar, run, true)) {
      up = in.health.started(run.id());
    }
    return up || initialized ? Step.PASSED : Step.WAITS;
  }

  /** Plans for an ordinary container; whether it will never run again. */
  private boolean main(Container container) {
    ContainerRun run = in.runs.newest(container.getName());
    if (run != null && run.running()) {
      boolean restarts = Containers.policy(in.spec) != RestartPolicy.NEVER;
      boolean unused = killed(container, run, restarts);
      return false;
    }
    if (!shouldRun(run)) {
      return true;
    }
    start(container, run);
    return false;
  }

  private boolean killed(Container container, ContainerRun run, boolean restarts) {
    String name = container.getName();
    if (!run.specHash().equals(SpecHash.of(container))) {
      kills.add(
          new PodActions.Kill(
              run.id(), name, "Container " + name + " definition changed, will be restarted"));
      return true;
    }
    String probe = in.health.failed().get(run.id());
    if (probe == null) {
      return false;
    }
    kills.add(
        new PodActions.Kill(
            run.id(),
            name,
            "Container %s failed %s probe%s"
                .formatted(name, probe, restarts ? ", will be restarted" : "")));
    return true;
  }

  private boolean shouldRun(@Nullable ContainerRun newest) {
    if (newest == null || !newest.exited()) {
      return true;
    }
    return switch (Containers.policy(in.spec)) {
      case ALWAYS -> true;
      case ON_FAILURE -> newest.exitCode() != 0;
      case NEVER -> false;
    };
  }

  private void start(Container container, @Nullable ContainerRun before) {
    String name = container.getName();
    if (before != null && before.exited()) {
      CrashLoop loop = crashLoops.get(name);
      Instant mayStartAt = CrashLoop.mayStartAt(loop, before.endedAt());
      if (loop != null && mayStartAt.isAfter(in.now)) {
        backingOff.put(name, loop.delay());
        if (wakeAt == null || mayStartAt.isBefore(wakeAt)) {
          wakeAt = mayStartAt;
        }
        return;
      }
      crashLoops.put(name, CrashLoop.next(loop, before.endedAt(), in.now));
    }
    ContainerRun newest = in.runs.newest(name);
    starts.add(new PodActions.Start(name, newest == null ? 0 : newest.attempt() + 1));
  }

  private PodActions stopOnly() {
    return new PodActions(
        !in.runs.stopped(), null, List.of(), List.of(), crashLoops, Map.of(), null);
  }

  private PodActions actions(boolean stopPod, @Nullable Integer sandboxAttempt) {
    return new PodActions(stopPod, sandboxAttempt, kills, starts, crashLoops, backingOff, wakeAt);
  }
}
