package kontiki.node.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import kontiki.node.cri.pb.ContainerConfig;
import kontiki.node.cri.pb.ContainerFilter;
import kontiki.node.cri.pb.ContainerMetadata;
import kontiki.node.cri.pb.ContainerState;
import kontiki.node.cri.pb.ImageSpec;
import kontiki.node.cri.pb.LinuxContainerConfig;
import kontiki.node.cri.pb.LinuxContainerSecurityContext;
import kontiki.node.cri.pb.LinuxPodSandboxConfig;
import kontiki.node.cri.pb.LinuxSandboxSecurityContext;
import kontiki.node.cri.pb.NamespaceMode;
import kontiki.node.cri.pb.NamespaceOption;
import kontiki.node.cri.pb.PodSandboxConfig;
import kontiki.node.cri.pb.PodSandboxFilter;
import kontiki.node.cri.pb.PodSandboxMetadata;
import kontiki.node.cri.pb.PodSandboxState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a kubelet relies on, checked on the fake and on a real engine alike. */
public abstract class CriContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The engine under test. */
  protected abstract CriRuntime runtime();

  /** An image that the engine has, with a shell. */
  protected abstract String image();

  /** A directory that the engine may write logs to. */
  protected abstract String logDirectory();

  /** A cgroup path under which sandboxes may be made. */
  protected abstract String cgroupParent();

  @AfterEach
  void removeSandboxes() {
    runtime()
        .listPodSandboxes(PodSandboxFilter.getDefaultInstance())
        .forEach(sandbox -> runtime().removePodSandbox(sandbox.getId()));
  }

  @Test
  void saysItsVersionAndThatItIsReady() {
    assertThat(runtime().version().getRuntimeApiVersion()).isEqualTo("v1");
    assertThat(runtime().status(false).getStatus().getConditionsList())
        .anySatisfy(condition -> {
          assertThat(condition.getType()).isEqualTo("RuntimeReady");
          assertThat(condition.getStatus()).isTrue();
        })
        .anySatisfy(condition -> {
          assertThat(condition.getType()).isEqualTo("NetworkReady");
          assertThat(condition.getStatus()).isTrue();
        });
  }

  @Test
  void aSandboxHasAnAddressAndLosesItWhenStopped() {
    PodSandboxConfig config = sandbox("web", 0);
    String id = runtime().runPodSandbox(config, "");
    var status = runtime().podSandboxStatus(id);
    assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    assertThat(status.getNetwork().getIp()).matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    assertThat(status.getMetadata()).isEqualTo(config.getMetadata());
    assertThat(status.getLabelsMap()).containsEntry("app", "web");

    runtime().stopPodSandbox(id);
    assertThat(runtime().podSandboxStatus(id).getState())
        .isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    runtime().stopPodSandbox(id);

    runtime().removePodSandbox(id);
    runtime().removePodSandbox(id);
    assertThatThrownBy(() -> runtime().podSandboxStatus(id))
        .asInstanceOf(type(CriException.class))
        .extracting(CriException::reason)
        .isEqualTo(CriException.Reason.NOT_FOUND);
  }

  @Test
  void aSandboxNameIsReservedAndTheNextAttemptIsFree() {
    runtime().runPodSandbox(sandbox("web", 0), "");
    assertThatThrownBy(() -> runtime().runPodSandbox(sandbox("web", 0), ""))
        .isInstanceOf(CriException.class)
        .hasMessageContaining("reserved");
    assertThat(runtime().runPodSandbox(sandbox("web", 1), "")).isNotEmpty();
  }

  @Test
  void sandboxesAndContainersAreListedByLabel() {
    PodSandboxConfig config = sandbox("one", 0);
    String one = runtime().runPodSandbox(config, "");
    runtime().runPodSandbox(sandbox("two", 0), "");
    String container = runtime().createContainer(one, container("c", "sleep 1000"), config);

    assertThat(
            runtime()
                .listPodSandboxes(
                    PodSandboxFilter.newBuilder().putLabelSelector("app", "one").build()))
        .extracting(sandbox -> sandbox.getId())
        .containsExactly(one);
    assertThat(runtime().listContainers(ContainerFilter.newBuilder().setPodSandboxId(one).build()))
        .extracting(some -> some.getId())
        .containsExactly(container);
    assertThat(
            runtime()
                .listContainers(
                    ContainerFilter.newBuilder().putLabelSelector("app", "nobody").build()))
        .isEmpty();
  }

  @Test
  void aContainerIsCreatedStartedStoppedAndRemoved() {
    PodSandboxConfig config = sandbox("web", 0);
    String sandbox = runtime().runPodSandbox(config, "");
    String id = runtime().createContainer(sandbox, container("c", "exec sleep 1000"), config);
    assertThat(state(id)).isEqualTo(ContainerState.CONTAINER_CREATED);

    runtime().startContainer(id);
    var running = runtime().containerStatus(id);
    assertThat(running.getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    assertThat(running.getStartedAt()).isGreaterThanOrEqualTo(running.getCreatedAt());
    assertThat(running.getImageRef()).startsWith("sha256:");
    assertThat(running.getLabelsMap()).containsEntry("container", "c");

    runtime().stopContainer(id, 1);
    var stopped = runtime().containerStatus(id);
    assertThat(stopped.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    assertThat(stopped.getExitCode()).isEqualTo(137);
    assertThat(stopped.getFinishedAt()).isGreaterThanOrEqualTo(stopped.getStartedAt());

    runtime().removeContainer(id);
    runtime().removeContainer(id);
    assertThatThrownBy(() -> runtime().containerStatus(id))
        .asInstanceOf(type(CriException.class))
        .extracting(CriException::reason)
        .isEqualTo(CriException.Reason.NOT_FOUND);
  }

  @Test
  void aContainerThatEndsSaysItsCode() {
    PodSandboxConfig config = sandbox("web", 0);
    String sandbox = runtime().runPodSandbox(config, "");
    String failed = runtime().createContainer(sandbox, container("f", "exit 3"), config);
    runtime().startContainer(failed);
    await(() -> state(failed) == ContainerState.CONTAINER_EXITED);
    assertThat(runtime().containerStatus(failed).getExitCode()).isEqualTo(3);
    assertThat(runtime().containerStatus(failed).getReason()).isEqualTo("Error");

    String completed = runtime().createContainer(sandbox, container("c", "exit 0"), config);
    runtime().startContainer(completed);
    await(() -> state(completed) == ContainerState.CONTAINER_EXITED);
    assertThat(runtime().containerStatus(completed).getReason()).isEqualTo("Completed");
  }

  @Test
  void stoppingASandboxStopsItsContainersAndRemovingItRemovesThem() {
    PodSandboxConfig config = sandbox("web", 0);
    String sandbox = runtime().runPodSandbox(config, "");
    String id = runtime().createContainer(sandbox, container("c", "exec sleep 1000"), config);
    runtime().startContainer(id);
    runtime().stopPodSandbox(sandbox);
    await(() -> state(id) == ContainerState.CONTAINER_EXITED);
    runtime().removePodSandbox(sandbox);
    assertThat(runtime().listContainers(ContainerFilter.getDefaultInstance())).isEmpty();
  }

  @Test
  void aCommandRunsInARunningContainerOnly() {
    PodSandboxConfig config = sandbox("web", 0);
    String sandbox = runtime().runPodSandbox(config, "");
    String id = runtime().createContainer(sandbox, container("c", "exec sleep 1000"), config);
    assertThatThrownBy(() -> runtime().execSync(id, List.of("echo", "hi"), 5))
        .isInstanceOf(CriException.class);
    runtime().startContainer(id);
    var answer = runtime().execSync(id, List.of("echo", "hi"), 5);
    assertThat(answer.getExitCode()).isZero();
    assertThat(answer.getStdout().toStringUtf8()).contains("hi");
  }

  @Test
  void imagesAreKnownByName() {
    assertThat(runtime().imageStatus(ImageSpec.newBuilder().setImage(image()).build())).isPresent();
    assertThat(
            runtime().imageStatus(ImageSpec.newBuilder().setImage("localhost/nothing:1").build()))
        .isEmpty();
    assertThat(runtime().listImages()).isNotEmpty();
    PodSandboxConfig config = sandbox("web", 0);
    String sandbox = runtime().runPodSandbox(config, "");
    ContainerConfig unknown =
        container("c", "true").toBuilder()
            .setImage(ImageSpec.newBuilder().setImage("localhost/nothing:1"))
            .build();
    assertThatThrownBy(() -> runtime().createContainer(sandbox, unknown, config))
        .isInstanceOf(CriException.class);
  }

  private ContainerState state(String id) {
    return runtime().containerStatus(id).getState();
  }

  /** A sandbox of pod {@code name} in namespace {@code contract}. */
  protected PodSandboxConfig sandbox(String name, int attempt) {
    return PodSandboxConfig.newBuilder()
        .setMetadata(
            PodSandboxMetadata.newBuilder()
                .setName(name)
                .setNamespace("contract")
                .setUid("uid-" + name)
                .setAttempt(attempt))
        .setHostname(name)
        .setLogDirectory(logDirectory() + "/" + name)
        .putAllLabels(Map.of("app", name))
        .setLinux(
            LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(cgroupParent() + "/" + name)
                .setSecurityContext(
                    LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(ownPids())))
        .build();
  }

  /** A container that runs a line of shell. */
  protected ContainerConfig container(String name, String line) {
    return ContainerConfig.newBuilder()
        .setMetadata(ContainerMetadata.newBuilder().setName(name))
        .setImage(ImageSpec.newBuilder().setImage(image()))
        .addAllCommand(List.of("/bin/sh", "-c", line))
        .putLabels("container", name)
        .setLogPath(name + ".log")
        .setLinux(
            LinuxContainerConfig.newBuilder()
                .setSecurityContext(
                    LinuxContainerSecurityContext.newBuilder().setNamespaceOptions(ownPids())))
        .build();
  }

  private static NamespaceOption ownPids() {
    return NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER).build();
  }

  /** Waits until the condition holds; fails after the patience. */
  protected static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    CountDownLatch never = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waited for %s", PATIENCE).isBefore(deadline);
      try {
        assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new AssertionError(interrupted);
      }
    }
  }
}
