package kontiki.node.cri;

import java.util.List;
import java.util.Optional;
import kontiki.node.cri.pb.AttachRequest;
import kontiki.node.cri.pb.AuthConfig;
import kontiki.node.cri.pb.Container;
import kontiki.node.cri.pb.ContainerConfig;
import kontiki.node.cri.pb.ContainerFilter;
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
import kontiki.node.cri.pb.PodSandbox;
import kontiki.node.cri.pb.PodSandboxConfig;
import kontiki.node.cri.pb.PodSandboxFilter;
import kontiki.node.cri.pb.PodSandboxStats;
import kontiki.node.cri.pb.PodSandboxStatsFilter;
import kontiki.node.cri.pb.PodSandboxStatus;
import kontiki.node.cri.pb.StatusResponse;
import kontiki.node.cri.pb.VersionResponse;

/**
 * What a kubelet asks of a container engine, after the services of the Container Runtime Interface
 * v1. Every call blocks the caller (use a virtual thread), may be made from any thread, and throws
 * {@link CriException}. Stopping and removing what does not exist succeeds.
 */
public interface CriRuntime {
  VersionResponse version();

  StatusResponse status(boolean verbose);

  /**
   * Creates the pod's namespaces and network and starts its sandbox.
   *
   * @return the sandbox's id. When the call fails, the name (namespace, name, uid, attempt) can
   *     stay reserved by a sandbox that is not ready: use another attempt
   */
  String runPodSandbox(PodSandboxConfig config, String runtimeHandler);

  /** Kills what runs in the sandbox and gives its network back. Idempotent. */
  void stopPodSandbox(String sandboxId);

  /** Removes the sandbox and its containers. Idempotent. */
  void removePodSandbox(String sandboxId);

  PodSandboxStatus podSandboxStatus(String sandboxId);

  List<PodSandbox> listPodSandboxes(PodSandboxFilter filter);

  /** Creates, but does not start; {@code sandboxConfig} is the one the sandbox was run with. */
  String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig);

  void startContainer(String containerId);

  /** Signals the container to stop and kills it after the timeout. Blocks until it has stopped. */
  void stopContainer(String containerId, long timeoutSeconds);

  /** Removes a container, killing it when it runs. Idempotent. */
  void removeContainer(String containerId);

  List<Container> listContainers(ContainerFilter filter);

  default ContainerStatus containerStatus(String containerId) {
    return containerStatus(containerId, false).getStatus();
  }

  ContainerStatusResponse containerStatus(String containerId, boolean verbose);

  void updateContainerResources(String containerId, LinuxContainerResources resources);

  /** Opens the log file anew after it was moved away. */
  void reopenContainerLog(String containerId);

  /**
   * Runs a command to its end.
   *
   * @throws CriException with {@code DEADLINE_EXCEEDED} when it takes longer than the timeout; 0
   *     means the client's own limit
   */
  ExecSyncResponse execSync(String containerId, List<String> command, long timeoutSeconds);

  /** Prepares a streaming command; the answer is the address to connect to. */
  String exec(ExecRequest request);

  String attach(AttachRequest request);

  String portForward(String sandboxId, List<Integer> ports);

  List<ContainerStats> listContainerStats(ContainerStatsFilter filter);

  List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter);

  List<Image> listImages();

  /** The image, when the engine has it. */
  Optional<Image> imageStatus(ImageSpec image);

  /** Pulls and unpacks an image; answers with the reference by which containers can use it. */
  String pullImage(ImageSpec image, AuthConfig auth, PodSandboxConfig sandboxConfig);

  /** Removes an image and all its names. Idempotent. */
  void removeImage(ImageSpec image);

  List<FilesystemUsage> imageFilesystems();
}
