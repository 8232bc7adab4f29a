package kontiki.node.kubelet.runtime;

import com.google.protobuf.ByteString;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kontiki.node.cri.pb.ContainerConfig;
import kontiki.node.cri.pb.ContainerMetadata;
import kontiki.node.cri.pb.Image;
import kontiki.node.cri.pb.ImageSpec;
import kontiki.node.cri.pb.KeyValue;
import kontiki.node.cri.pb.LinuxContainerConfig;
import kontiki.node.cri.pb.Mount;
import kontiki.node.cri.pb.MountPropagation;
import kontiki.node.kubelet.plan.SpecHash;

/** Makes the configuration of a container's next run. */
public final class ContainerSpec {
  private final PodPaths paths;
  private final Path seccompDir;
  private final ClusterObjects objects;
  private final long nodeMemory;

  /** What a run gets from outside its spec; volumes maps names to directories or files. */
  public record Surroundings(Fields fields, Map<String, Path> volumes, Image image, int attempt) {}

  public ContainerSpec(
      PodPaths paths, Path seccompDir, ClusterObjects objects, long nodeMemoryBytes) {
    this.paths = paths;
    this.seccompDir = seccompDir;
    this.objects = objects;
    this.nodeMemory = nodeMemoryBytes;
  }

  /**
   * The configuration; makes the file for the last words and the directories of sub-paths.
   *
   * @throws ContainerConfigException when something that the spec names is missing or not allowed
   */
  public ContainerConfig of(Pod pod, Container container, Surroundings around) {
    Map<String, String> variables = new Environment(objects, around.fields()).of(pod, container);
    String name = container.getName();
    List<Mount> mounts = mounts(pod, container, around, variables);
    Path words = paths.terminationMessage(pod.getMetadata().getUid(), name, around.attempt());
    String wordsPath =
        Objects.requireNonNullElse(container.getTerminationMessagePath(), "/dev/termination-log");
    makeTerminationFile(words);
    mounts.add(
        Mount.newBuilder().setContainerPath(wordsPath).setHostPath(words.toString()).build());
    return ContainerConfig.newBuilder()
        .setMetadata(ContainerMetadata.newBuilder().setName(name).setAttempt(around.attempt()))
        .setImage(
            ImageSpec.newBuilder()
                .setImage(around.image().getId())
                .setUserSpecifiedImage(container.getImage()))
        .addAllCommand(expanded(container.getCommand(), variables))
        .addAllArgs(expanded(container.getArgs(), variables))
        .setWorkingDir(Objects.requireNonNullElse(container.getWorkingDir(), ""))
        .addAllEnvs(
            variables.entrySet().stream()
                .map(entry ->
                    KeyValue.newBuilder()
                        .setKey(entry.getKey())
                        .setValue(ByteString.copyFromUtf8(entry.getValue()))
                        .build())
                .toList())
        .addAllMounts(mounts)
        .putLabels(Labels.POD_NAME, pod.getMetadata().getName())
        .putLabels(Labels.POD_NAMESPACE, pod.getMetadata().getNamespace())
        .putLabels(Labels.POD_UID, pod.getMetadata().getUid())
        .putLabels(Labels.CONTAINER_NAME, name)
        .putAnnotations(Labels.HASH, SpecHash.of(container))
        .putAnnotations(Labels.RESTART_COUNT, Integer.toString(around.attempt()))
        .putAnnotations(Labels.TERMINATION_MESSAGE_PATH, wordsPath)
        .putAnnotations(
            Labels.TERMINATION_MESSAGE_POLICY,
            Objects.requireNonNullElse(container.getTerminationMessagePolicy(), "File"))
        .putAnnotations(Labels.TERMINATION_FILE, words.toString())
        .putAnnotations(
            Labels.GRACE_PERIOD,
            Objects.toString(pod.getSpec().getTerminationGracePeriodSeconds(), "30"))
        .setLogPath(PodPaths.logFile(name, around.attempt()))
        .setStdin(Boolean.TRUE.equals(container.getStdin()))
        .setStdinOnce(Boolean.TRUE.equals(container.getStdinOnce()))
        .setTty(Boolean.TRUE.equals(container.getTty()))
        .setLinux(
            LinuxContainerConfig.newBuilder()
                .setResources(PodResources.of(pod.getSpec(), container, nodeMemory))
                .setSecurityContext(
                    SecurityContexts.of(pod.getSpec(), container, around.image(), seccompDir)))
        .build();
  }

  private List<Mount> mounts(
      Pod pod, Container container, Surroundings around, Map<String, String> variables) {
    List<Mount> mounts = new ArrayList<>();
    boolean ownHosts = false;
    for (VolumeMount mount :
        Objects.requireNonNullElse(container.getVolumeMounts(), List.<VolumeMount>of())) {
      Path volume = around.volumes().get(mount.getName());
      if (volume == null) {
        throw new ContainerConfigException(
            "volume \"%s\" of container \"%s\" is not in the pod's volumes"
                .formatted(mount.getName(), container.getName()));
      }
      ownHosts |= mount.getMountPath().equals("/etc/hosts");
      mounts.add(
          Mount.newBuilder()
              .setContainerPath(
                  mount.getMountPath().startsWith("/")
                      ? mount.getMountPath()
                      : "/" + mount.getMountPath())
              .setHostPath(subPath(volume, mount, variables).toString())
              .setReadonly(Boolean.TRUE.equals(mount.getReadOnly()))
              .setPropagation(propagation(mount.getMountPropagation()))
              .build());
    }
    if (!ownHosts) {
      mounts.add(
          Mount.newBuilder()
              .setContainerPath("/etc/hosts")
              .setHostPath(paths.hosts(pod.getMetadata().getUid()).toString())
              .build());
    }
    return mounts;
  }

  private static Path subPath(Path volume, VolumeMount mount, Map<String, String> variables) {
    String asked = mount.getSubPath();
    if (mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty()) {
      asked = Expansion.expand(mount.getSubPathExpr(), variables);
    }
    if (asked == null || asked.isEmpty()) {
      return volume;
    }
    Path relative = Path.of(asked);
    if (relative.isAbsolute() || relative.startsWith("..") || asked.contains("../")) {
      throw new ContainerConfigException("subPath \"" + asked + "\" must not leave its volume");
    }
    Path path = volume.resolve(relative);
    try {
      if (Files.notExists(path)) {
        Files.createDirectories(path);
      }
      // The real path: a symbolic link planted in the volume must not lead out of it.
      Path real = path.toRealPath();
      if (!real.startsWith(volume.toRealPath())) {
        throw new ContainerConfigException("subPath \"" + asked + "\" must not leave its volume");
      }
      return real;
    } catch (IOException unusable) {
      throw new ContainerConfigException("subPath \"" + asked + "\": " + unusable);
    }
  }

  private static void makeTerminationFile(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
      Files.createFile(file);
      // Whatever user the container runs as may write it.
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException unusable) {
      throw new ContainerConfigException("cannot make the termination message file: " + unusable);
    }
  }

  private static MountPropagation propagation(String name) {
    return switch (name) {
      case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
      case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
      case null, default -> MountPropagation.PROPAGATION_PRIVATE;
    };
  }

  private static List<String> expanded(List<String> words, Map<String, String> variables) {
    return words == null
        ? List.of()
        : words.stream().map(word -> Expansion.expand(word, variables)).toList();
  }
}
