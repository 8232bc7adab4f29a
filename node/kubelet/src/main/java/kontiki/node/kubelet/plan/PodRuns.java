package kontiki.node.kubelet.plan;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the engine knows of one pod, the newest first. */
public record PodRuns(List<SandboxRun> sandboxes, List<ContainerRun> containers) {
  public static final PodRuns NONE = new PodRuns(List.of(), List.of());

  public PodRuns {
    sandboxes =
        sandboxes.stream()
            .sorted(
                Comparator.comparing(SandboxRun::createdAt)
                    .thenComparing(SandboxRun::attempt)
                    .reversed())
            .toList();
    containers =
        containers.stream()
            .sorted(
                Comparator.comparing(ContainerRun::attempt)
                    .thenComparing(ContainerRun::createdAt)
                    .reversed())
            .toList();
  }

  public @Nullable SandboxRun newestSandbox() {
    return sandboxes.isEmpty() ? null : sandboxes.getFirst();
  }

  /** All runs of a container, the newest first. */
  public List<ContainerRun> runsOf(String container) {
    return containers.stream().filter(run -> run.name().equals(container)).toList();
  }

  public @Nullable ContainerRun newest(String container) {
    List<ContainerRun> runs = runsOf(container);
    return runs.isEmpty() ? null : runs.getFirst();
  }

  /** The newest run of a container inside a given sandbox. */
  public @Nullable ContainerRun newestIn(String sandboxId, String container) {
    return runsOf(container).stream()
        .filter(run -> run.sandboxId().equals(sandboxId))
        .findFirst()
        .orElse(null);
  }

  public boolean anyRunning() {
    return containers.stream().anyMatch(ContainerRun::running);
  }

  /** Whether nothing of the pod is alive any more. */
  public boolean stopped() {
    return !anyRunning() && sandboxes.stream().noneMatch(SandboxRun::ready);
  }
}
