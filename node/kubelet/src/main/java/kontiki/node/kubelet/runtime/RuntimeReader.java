package kontiki.node.kubelet.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.Container;
import kontiki.node.cri.pb.ContainerFilter;
import kontiki.node.cri.pb.ContainerStatus;
import kontiki.node.cri.pb.PodIP;
import kontiki.node.cri.pb.PodSandbox;
import kontiki.node.cri.pb.PodSandboxFilter;
import kontiki.node.cri.pb.PodSandboxState;
import kontiki.node.cri.pb.PodSandboxStatus;
import kontiki.node.kubelet.plan.ContainerRun;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.plan.SandboxRun;
import org.jspecify.annotations.Nullable;

/** Reads the engine's view of pods; every call asks the engine. Thread-safe. */
public final class RuntimeReader {
  /** A pod as its sandboxes and containers name it. */
  public record PodIdentity(String uid, String namespace, String name) {}

  private final CriRuntime runtime;

  public RuntimeReader(CriRuntime runtime) {
    this.runtime = runtime;
  }

  /** All runs of one pod. */
  public PodRuns read(String uid) {
    List<SandboxRun> sandboxes = new ArrayList<>();
    for (PodSandbox sandbox :
        runtime.listPodSandboxes(
            PodSandboxFilter.newBuilder().putLabelSelector(Labels.POD_UID, uid).build())) {
      sandboxes.add(sandbox(sandbox));
    }
    List<ContainerRun> containers = new ArrayList<>();
    for (Container container :
        runtime.listContainers(
            ContainerFilter.newBuilder().putLabelSelector(Labels.POD_UID, uid).build())) {
      ContainerRun run = container(container);
      if (run != null) {
        containers.add(run);
      }
    }
    return new PodRuns(sandboxes, containers);
  }

  /** Every pod that has a sandbox or a container, with a text that changes when its state does. */
  public Map<PodIdentity, String> states() {
    Map<PodIdentity, StringBuilder> states = new LinkedHashMap<>();
    for (PodSandbox sandbox : runtime.listPodSandboxes(PodSandboxFilter.getDefaultInstance())) {
      states
          .computeIfAbsent(identity(sandbox.getLabelsMap()), id -> new StringBuilder())
          .append(sandbox.getId())
          .append(sandbox.getStateValue())
          .append(' ');
    }
    for (Container container : runtime.listContainers(ContainerFilter.getDefaultInstance())) {
      states
          .computeIfAbsent(identity(container.getLabelsMap()), id -> new StringBuilder())
          .append(container.getId())
          .append(container.getStateValue())
          .append(' ');
    }
    Map<PodIdentity, String> texts = new LinkedHashMap<>();
    states.forEach((identity, text) -> {
      if (!identity.uid().isEmpty()) {
        texts.put(identity, text.toString());
      }
    });
    return texts;
  }

  /** The grace period that a pod's containers were made with; empty if it has none. */
  public OptionalLong gracePeriodSeconds(String uid) {
    return runtime
        .listContainers(ContainerFilter.newBuilder().putLabelSelector(Labels.POD_UID, uid).build())
        .stream()
        .map(container -> container.getAnnotationsMap().getOrDefault(Labels.GRACE_PERIOD, ""))
        .filter(text -> text.matches("\\d{1,9}"))
        .mapToLong(Long::parseLong)
        .max();
  }

  private static PodIdentity identity(Map<String, String> labels) {
    return new PodIdentity(
        labels.getOrDefault(Labels.POD_UID, ""),
        labels.getOrDefault(Labels.POD_NAMESPACE, ""),
        labels.getOrDefault(Labels.POD_NAME, ""));
  }

  private SandboxRun sandbox(PodSandbox sandbox) {
    boolean ready = sandbox.getState() == PodSandboxState.SANDBOX_READY;
    List<String> ips = new ArrayList<>();
    if (ready) {
      try {
        PodSandboxStatus status = runtime.podSandboxStatus(sandbox.getId());
        if (!status.getNetwork().getIp().isEmpty()) {
          ips.add(status.getNetwork().getIp());
        }
        status.getNetwork().getAdditionalIpsList().stream().map(PodIP::getIp).forEach(ips::add);
        ready = status.getState() == PodSandboxState.SANDBOX_READY;
      } catch (CriException failure) {
        if (failure.reason() != CriException.Reason.NOT_FOUND) {
          throw failure;
        }
        ready = false;
      }
    }
    return new SandboxRun(
        sandbox.getId(),
        sandbox.getMetadata().getAttempt(),
        ready,
        "true".equals(sandbox.getAnnotationsMap().get(Labels.HOST_NETWORK)),
        instant(sandbox.getCreatedAt()),
        ips);
  }

  private @Nullable ContainerRun container(Container container) {
    ContainerStatus status;
    try {
      status = runtime.containerStatus(container.getId());
    } catch (CriException failure) {
      if (failure.reason() == CriException.Reason.NOT_FOUND) {
        return null;
      }
      throw failure;
    }
    Map<String, String> annotations = container.getAnnotationsMap();
    return new ContainerRun(
        container.getId(),
        container.getPodSandboxId(),
        container.getMetadata().getName(),
        container.getMetadata().getAttempt(),
        switch (status.getState()) {
          case CONTAINER_CREATED -> ContainerRun.State.CREATED;
          case CONTAINER_RUNNING -> ContainerRun.State.RUNNING;
          case CONTAINER_EXITED -> ContainerRun.State.EXITED;
          case CONTAINER_UNKNOWN, UNRECOGNIZED -> ContainerRun.State.UNKNOWN;
        },
        instant(container.getCreatedAt()),
        status.getStartedAt() == 0 ? null : instant(status.getStartedAt()),
        status.getFinishedAt() == 0 ? null : instant(status.getFinishedAt()),
        status.getExitCode(),
        status.getReason(),
        status.getMessage(),
        status.getImage().getImage(),
        status.getImageRef(),
        annotations.getOrDefault(Labels.HASH, ""),
        annotations.get(Labels.TERMINATION_FILE));
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
  }
}
