package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code containerStatuses} of a pod, with the reasons that people know from the kubelet. */
final class ContainerStatuses {
  static final String CREATING = "ContainerCreating";
  static final String INITIALIZING = "PodInitializing";
  static final String CRASH_LOOP = "CrashLoopBackOff";

  private final StatusFacts facts;
  private final String runtime;

  /** The runtime's name stands before each container id: {@code containerd://...}. */
  ContainerStatuses(StatusFacts facts, String runtime) {
    this.facts = facts;
    this.runtime = runtime;
  }

  /** Of an ordinary container; {@code initialized} when the init containers are through. */
  ContainerStatus ofMain(Container container, boolean initialized) {
    ContainerRun run = facts.runs().newest(container.getName());
    boolean started = run != null && run.running() && facts.health().started(run.id());
    boolean ready = run != null && run.running() && facts.health().ready(run.id());
    return status(container, run, initialized ? CREATING : INITIALIZING, started, ready);
  }

  ContainerStatus ofInit(Container init) {
    ContainerRun run = facts.runs().newest(init.getName());
    if (Containers.sidecar(init)) {
      boolean started = run != null && run.running() && facts.health().started(run.id());
      boolean ready = run != null && run.running() && facts.health().ready(run.id());
      return status(init, run, INITIALIZING, started, ready);
    }
    boolean ready = run != null && run.succeeded();
    return status(init, run, INITIALIZING, run != null && run.running(), ready);
  }

  private ContainerStatus status(
      Container container,
      @Nullable ContainerRun run,
      String noReason,
      boolean started,
      boolean ready) {
    String name = container.getName();
    ContainerStatusBuilder status =
        new ContainerStatusBuilder()
            .withName(name)
            .withImage(run == null || run.image().isEmpty() ? container.getImage() : run.image())
            .withImageID(run == null ? "" : run.imageId())
            .withRestartCount(run == null ? 0 : run.attempt())
            .withStarted(started)
            .withReady(ready)
            .withLastState(new ContainerState());
    if (run != null) {
      status.withContainerID(runtime + "://" + run.id());
      ContainerRun previous = previous(run);
      if (previous != null) {
        status.withLastState(terminated(previous));
      }
    }
    if (run != null && run.exited() && waits(name)) {
      return status.withLastState(terminated(run)).withState(waiting(name, noReason)).build();
    }
    return status.withState(state(name, run, noReason)).build();
  }

  private boolean waits(String name) {
    return !facts.stopping()
        && (facts.backingOff().containsKey(name) || facts.waiting().containsKey(name));
  }

  private ContainerState state(String name, @Nullable ContainerRun run, String noReason) {
    if (run == null) {
      return waiting(name, noReason);
    }
    return switch (run.state()) {
      case RUNNING ->
          new ContainerStateBuilder()
              .withNewRunning()
              .withStartedAt(time(run.startedAt()))
              .endRunning()
              .build();
      case EXITED -> terminated(run);
      case CREATED, UNKNOWN -> waiting(name, CREATING);
    };
  }

  private ContainerState waiting(String name, String noReason) {
    Duration backOff = facts.backingOff().get(name);
    StatusFacts.Waiting waiting = facts.waiting().get(name);
    String reason = noReason;
    String message = null;
    if (backOff != null) {
      reason = CRASH_LOOP;
      message =
          "back-off %s restarting failed container=%s pod=%s_%s(%s)"
              .formatted(
                  goDuration(backOff),
                  name,
                  facts.pod().getMetadata().getName(),
                  facts.pod().getMetadata().getNamespace(),
                  facts.pod().getMetadata().getUid());
    } else if (waiting != null) {
      reason = waiting.reason();
      message = waiting.message().isEmpty() ? null : waiting.message();
    }
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message)
        .endWaiting()
        .build();
  }

  private ContainerState terminated(ContainerRun run) {
    String words = facts.lastWords().getOrDefault(run.id(), "");
    String message = words.isEmpty() ? run.message() : words;
    String reason = run.reason();
    if (reason.isEmpty()) {
      reason = run.exitCode() == 0 ? "Completed" : "Error";
    }
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withContainerID(runtime + "://" + run.id())
        .withExitCode(run.exitCode())
        .withReason(reason)
        .withMessage(message.isEmpty() ? null : message)
        .withStartedAt(time(run.startedAt()))
        .withFinishedAt(time(run.finishedAt()))
        .endTerminated()
        .build();
  }

  private @Nullable ContainerRun previous(ContainerRun run) {
    List<ContainerRun> runs = facts.runs().runsOf(run.name());
    return runs.stream()
        .filter(other -> other.attempt() < run.attempt() && other.exited())
        .findFirst()
        .orElse(null);
  }

  /** As the API writes times; null stays null, which leaves the field out. */
  static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A duration as Go prints it: {@code 10s}, {@code 1m20s}, {@code 5m0s}. */
  static String goDuration(Duration duration) {
    return duration.toMinutes() == 0
        ? duration.toSeconds() + "s"
        : duration.toMinutes() + "m" + duration.toSecondsPart() + "s";
  }
}
