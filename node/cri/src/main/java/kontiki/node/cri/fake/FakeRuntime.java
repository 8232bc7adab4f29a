package kontiki.node.cri.fake;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriException.Reason;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.AttachRequest;
import kontiki.node.cri.pb.AuthConfig;
import kontiki.node.cri.pb.Container;
import kontiki.node.cri.pb.ContainerConfig;
import kontiki.node.cri.pb.ContainerFilter;
import kontiki.node.cri.pb.ContainerState;
import kontiki.node.cri.pb.ContainerStats;
import kontiki.node.cri.pb.ContainerStatsFilter;
import kontiki.node.cri.pb.ContainerStatus;
import kontiki.node.cri.pb.ContainerStatusResponse;
import kontiki.node.cri.pb.ExecRequest;
import kontiki.node.cri.pb.ExecSyncResponse;
import kontiki.node.cri.pb.FilesystemUsage;
import kontiki.node.cri.pb.Image;
import kontiki.node.cri.pb.ImageSpec;
import kontiki.node.cri.pb.LinuxContainerResources;
import kontiki.node.cri.pb.NamespaceMode;
import kontiki.node.cri.pb.PodSandbox;
import kontiki.node.cri.pb.PodSandboxConfig;
import kontiki.node.cri.pb.PodSandboxFilter;
import kontiki.node.cri.pb.PodSandboxMetadata;
import kontiki.node.cri.pb.PodSandboxNetworkStatus;
import kontiki.node.cri.pb.PodSandboxState;
import kontiki.node.cri.pb.PodSandboxStats;
import kontiki.node.cri.pb.PodSandboxStatsFilter;
import kontiki.node.cri.pb.PodSandboxStatus;
import kontiki.node.cri.pb.RuntimeCondition;
import kontiki.node.cri.pb.RuntimeStatus;
import kontiki.node.cri.pb.StatusResponse;
import kontiki.node.cri.pb.VersionResponse;
import org.jspecify.annotations.Nullable;

/**
 * A container engine in memory. It keeps the contract that the suite checks on a real one. A
 * container whose command ends in {@code exit N} ends at once with that code; every other runs
 * until it is stopped (137) or {@link #exit} is called. Safe for use from any thread.
 */
public final class FakeRuntime implements CriRuntime {
  private static final Pattern EXIT = Pattern.compile("exit (\\d+)$");

  /** The code of a process that was killed. */
  private static final int KILLED = 137;

  private final InstantSource clock;
  private final Map<String, Image> images = new LinkedHashMap<>();
  private final Map<String, Sandbox> sandboxes = new LinkedHashMap<>();
  private final Map<String, Process> containers = new LinkedHashMap<>();
  private boolean networkReady = true;
  private @Nullable CriException nextSandboxFailure;
  private int exitCodeOfCommands;
  private long lastId;

  private static final class Sandbox {
    final PodSandboxConfig config;
    final long createdAt;
    final String ip;
    PodSandboxState state = PodSandboxState.SANDBOX_READY;

    Sandbox(PodSandboxConfig config, long createdAt, String ip) {
      this.config = config;
      this.createdAt = createdAt;
      this.ip = ip;
    }
  }

  private static final class Process {
    final String sandboxId;
    final ContainerConfig config;
    final ContainerStatus.Builder status;

    Process(String sandboxId, ContainerConfig config, ContainerStatus.Builder status) {
      this.sandboxId = sandboxId;
      this.config = config;
      this.status = status;
    }
  }

  public FakeRuntime(InstantSource clock) {
    this.clock = clock;
  }

  /** Makes an image present without a pull. */
  public synchronized void addImage(String name) {
    images.put(
        name, Image.newBuilder().setId("sha256:" + name).addRepoTags(name).setSize(1).build());
  }

  /** Ends a running container as if its process had ended by itself. */
  public synchronized void exit(String containerId, int code) {
    end(process(containerId), code);
  }

  /** Kills a sandbox and all that runs in it, as a crash of its shim would. */
  public synchronized void killSandbox(String sandboxId) {
    stopPodSandbox(sandboxId);
  }

  /** What status says of the network from now on. */
  public synchronized void networkReady(boolean ready) {
    networkReady = ready;
  }

  /** Lets the next sandbox fail after its name was reserved, as a network plugin's failure does. */
  public synchronized void failNextSandbox(String message) {
    nextSandboxFailure = new CriException(Reason.FAILED, message);
  }

  /** The code that commands run in containers end with from now on. */
  public synchronized void exitCodeOfCommands(int code) {
    exitCodeOfCommands = code;
  }

  @Override
  public VersionResponse version() {
    return VersionResponse.newBuilder()
        .setVersion("0.1.0")
        .setRuntimeName("fake")
        .setRuntimeVersion("1")
        .setRuntimeApiVersion("v1")
        .build();
  }

  @Override
  public synchronized StatusResponse status(boolean verbose) {
    RuntimeCondition.Builder network =
        RuntimeCondition.newBuilder().setType("NetworkReady").setStatus(networkReady);
    if (!networkReady) {
      network.setReason("NetworkPluginNotReady").setMessage("cni plugin not initialized");
    }
    return StatusResponse.newBuilder()
        .setStatus(
            RuntimeStatus.newBuilder()
                .addConditions(
                    RuntimeCondition.newBuilder().setType("RuntimeReady").setStatus(true))
                .addConditions(network))
        .build();
  }

  @Override
  public synchronized String runPodSandbox(PodSandboxConfig config, String runtimeHandler) {
    for (Sandbox sandbox : sandboxes.values()) {
      if (sandbox.config.getMetadata().equals(config.getMetadata())) {
        throw new CriException(
            Reason.FAILED, "name \"" + name(config.getMetadata()) + "\" is reserved");
      }
    }
    String id = newId();
    boolean ownNetwork =
        config.getLinux().getSecurityContext().getNamespaceOptions().getNetwork()
            != NamespaceMode.NODE;
    Sandbox sandbox =
        new Sandbox(
            config,
            nanos(),
            ownNetwork ? "10.244.%d.%d".formatted(lastId / 250 % 250, 2 + lastId % 250) : "");
    sandboxes.put(id, sandbox);
    CriException failure = nextSandboxFailure;
    if (failure != null) {
      nextSandboxFailure = null;
      sandbox.state = PodSandboxState.SANDBOX_NOTREADY;
      throw failure;
    }
    return id;
  }

  @Override
  public synchronized void stopPodSandbox(String sandboxId) {
    Sandbox sandbox = sandboxes.get(sandboxId);
    if (sandbox == null) {
      return;
    }
    sandbox.state = PodSandboxState.SANDBOX_NOTREADY;
    containers.values().stream()
        .filter(process -> process.sandboxId.equals(sandboxId))
        .forEach(process -> end(process, KILLED));
  }

  @Override
  public synchronized void removePodSandbox(String sandboxId) {
    stopPodSandbox(sandboxId);
    sandboxes.remove(sandboxId);
    containers.values().removeIf(process -> process.sandboxId.equals(sandboxId));
  }

  @Override
  public synchronized PodSandboxStatus podSandboxStatus(String sandboxId) {
    Sandbox sandbox = sandbox(sandboxId);
    return PodSandboxStatus.newBuilder()
        .setId(sandboxId)
        .setMetadata(sandbox.config.getMetadata())
        .setState(sandbox.state)
        .setCreatedAt(sandbox.createdAt)
        .setNetwork(
            PodSandboxNetworkStatus.newBuilder()
                .setIp(sandbox.state == PodSandboxState.SANDBOX_READY ? sandbox.ip : ""))
        .putAllLabels(sandbox.config.getLabelsMap())
        .putAllAnnotations(sandbox.config.getAnnotationsMap())
        .build();
  }

  @Override
  public synchronized List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
    return sandboxes.entrySet().stream()
        .filter(entry -> filter.getId().isEmpty() || entry.getKey().startsWith(filter.getId()))
        .filter(
            entry -> !filter.hasState() || entry.getValue().state == filter.getState().getState())
        .filter(
            entry -> selects(filter.getLabelSelectorMap(), entry.getValue().config.getLabelsMap()))
        .map(entry ->
            PodSandbox.newBuilder()
                .setId(entry.getKey())
                .setMetadata(entry.getValue().config.getMetadata())
                .setState(entry.getValue().state)
                .setCreatedAt(entry.getValue().createdAt)
                .putAllLabels(entry.getValue().config.getLabelsMap())
                .putAllAnnotations(entry.getValue().config.getAnnotationsMap())
                .build())
        .toList();
  }

  @Override
  public synchronized String createContainer(
      String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig) {
    Sandbox sandbox = sandbox(sandboxId);
    Image image = images.get(config.getImage().getImage());
    if (image == null) {
      image =
          images.values().stream()
              .filter(some -> some.getId().equals(config.getImage().getImage()))
              .findFirst()
              .orElseThrow(() ->
                  new CriException(
                      Reason.NOT_FOUND, "image " + config.getImage().getImage() + " not found"));
    }
    String id = newId();
    containers.put(
        id,
        new Process(
            sandboxId,
            config,
            ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(config.getMetadata())
                .setState(ContainerState.CONTAINER_CREATED)
                .setCreatedAt(nanos())
                .setImage(config.getImage())
                .setImageRef(image.getId())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .setLogPath(sandbox.config.getLogDirectory() + "/" + config.getLogPath())));
    return id;
  }

  @Override
  public synchronized void startContainer(String containerId) {
    Process process = process(containerId);
    if (process.status.getState() != ContainerState.CONTAINER_CREATED) {
      throw new CriException(
          Reason.FAILED, "container is in " + process.status.getState() + " state");
    }
    process.status.setState(ContainerState.CONTAINER_RUNNING).setStartedAt(nanos());
    List<String> line = new ArrayList<>(process.config.getCommandList());
    line.addAll(process.config.getArgsList());
    Matcher exit = EXIT.matcher(String.join(" ", line));
    if (exit.find()) {
      end(process, Integer.parseInt(exit.group(1)));
    }
  }

  @Override
  public synchronized void stopContainer(String containerId, long timeoutSeconds) {
    Process process = containers.get(containerId);
    if (process != null) {
      end(process, KILLED);
    }
  }

  @Override
  public synchronized void removeContainer(String containerId) {
    containers.remove(containerId);
  }

  @Override
  public synchronized List<Container> listContainers(ContainerFilter filter) {
    return containers.entrySet().stream()
        .filter(entry -> filter.getId().isEmpty() || entry.getKey().startsWith(filter.getId()))
        .filter(entry ->
            !filter.hasState()
                || entry.getValue().status.getState() == filter.getState().getState())
        .filter(entry ->
            filter.getPodSandboxId().isEmpty()
                || entry.getValue().sandboxId.equals(filter.getPodSandboxId()))
        .filter(
            entry -> selects(filter.getLabelSelectorMap(), entry.getValue().config.getLabelsMap()))
        .map(entry -> container(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized ContainerStatusResponse containerStatus(String containerId, boolean verbose) {
    return ContainerStatusResponse.newBuilder()
        .setStatus(process(containerId).status.build())
        .build();
  }

  @Override
  public synchronized void updateContainerResources(
      String containerId, LinuxContainerResources resources) {
    var unused = process(containerId);
  }

  @Override
  public synchronized void reopenContainerLog(String containerId) {
    running(containerId);
  }

  @Override
  public synchronized ExecSyncResponse execSync(
      String containerId, List<String> command, long timeoutSeconds) {
    running(containerId);
    return ExecSyncResponse.newBuilder()
        .setExitCode(exitCodeOfCommands)
        .setStdout(ByteString.copyFromUtf8(String.join(" ", command) + "\n"))
        .build();
  }

  @Override
  public synchronized String exec(ExecRequest request) {
    running(request.getContainerId());
    throw noStreaming();
  }

  @Override
  public synchronized String attach(AttachRequest request) {
    running(request.getContainerId());
    throw noStreaming();
  }

  @Override
  public synchronized String portForward(String sandboxId, List<Integer> ports) {
    var unused = sandbox(sandboxId);
    throw noStreaming();
  }

  @Override
  public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
    return List.of();
  }

  @Override
  public List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter) {
    return List.of();
  }

  @Override
  public synchronized List<Image> listImages() {
    return List.copyOf(images.values());
  }

  @Override
  public synchronized Optional<Image> imageStatus(ImageSpec image) {
    return Optional.ofNullable(images.get(image.getImage()));
  }

  @Override
  public synchronized String pullImage(
      ImageSpec image, AuthConfig auth, PodSandboxConfig sandboxConfig) {
    throw new CriException(
        Reason.FAILED, "failed to pull \"" + image.getImage() + "\": there is no registry");
  }

  @Override
  public synchronized void removeImage(ImageSpec image) {
    images
        .values()
        .removeIf(some ->
            some.getId().equals(image.getImage())
                || some.getRepoTagsList().contains(image.getImage()));
  }

  @Override
  public List<FilesystemUsage> imageFilesystems() {
    return List.of();
  }

  private void end(Process process, int code) {
    ContainerState state = process.status.getState();
    if (state == ContainerState.CONTAINER_EXITED) {
      return;
    }
    process
        .status
        .setState(ContainerState.CONTAINER_EXITED)
        .setFinishedAt(nanos())
        .setExitCode(code)
        .setReason(code == 0 ? "Completed" : "Error");
  }

  private static Container container(String id, Process process) {
    return Container.newBuilder()
        .setId(id)
        .setPodSandboxId(process.sandboxId)
        .setMetadata(process.config.getMetadata())
        .setImage(process.config.getImage())
        .setImageRef(process.status.getImageRef())
        .setState(process.status.getState())
        .setCreatedAt(process.status.getCreatedAt())
        .putAllLabels(process.config.getLabelsMap())
        .putAllAnnotations(process.config.getAnnotationsMap())
        .build();
  }

  private Sandbox sandbox(String id) {
    Sandbox sandbox = sandboxes.get(id);
    if (sandbox == null) {
      throw new CriException(Reason.NOT_FOUND, "sandbox \"" + id + "\" not found");
    }
    return sandbox;
  }

  private Process process(String id) {
    Process process = containers.get(id);
    if (process == null) {
      throw new CriException(Reason.NOT_FOUND, "container \"" + id + "\" not found");
    }
    return process;
  }

  private void running(String id) {
    if (process(id).status.getState() != ContainerState.CONTAINER_RUNNING) {
      throw new CriException(Reason.FAILED, "container \"" + id + "\" is not running");
    }
  }

  private static CriException noStreaming() {
    return new CriException(Reason.UNIMPLEMENTED, "this engine has no streaming server");
  }

  private static boolean selects(Map<String, String> selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.entrySet());
  }

  private static String name(PodSandboxMetadata metadata) {
    return "%s_%s_%s_%d"
        .formatted(
            metadata.getName(), metadata.getNamespace(), metadata.getUid(), metadata.getAttempt());
  }

  private String newId() {
    lastId++;
    return "%064x".formatted(lastId);
  }

  private long nanos() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
