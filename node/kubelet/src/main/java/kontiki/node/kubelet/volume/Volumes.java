package kontiki.node.kubelet.volume;

import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kontiki.node.kubelet.runtime.ClusterObjects;
import kontiki.node.kubelet.runtime.Fields;
import kontiki.node.kubelet.runtime.PodPaths;
import kontiki.node.kubelet.volume.AtomicFiles.Content;
import org.jspecify.annotations.Nullable;

/** Makes, refreshes and removes the volumes of pods. Called by each pod's own thread. */
public final class Volumes {
  private final PodPaths paths;
  private final ClusterObjects objects;
  private final Mounts mounts;

  public Volumes(PodPaths paths, ClusterObjects objects, Mounts mounts) {
    this.paths = paths;
    this.objects = objects;
    this.mounts = mounts;
  }

  /**
   * Makes what is missing and brings files up to date.
   *
   * @return the place of each volume on the node, by name
   * @throws VolumeException for the first volume that cannot be made (yet)
   */
  public Map<String, Path> prepare(Pod pod, Fields fields) {
    Map<String, Path> places = new LinkedHashMap<>();
    VolumeContents contents = new VolumeContents(objects, pod, fields);
    for (Volume volume :
        Objects.requireNonNullElse(pod.getSpec().getVolumes(), List.<Volume>of())) {
      try {
        places.put(volume.getName(), prepare(pod, volume, contents));
      } catch (IOException unusable) {
        throw new VolumeException(volume.getName(), unusable.toString());
      }
    }
    return places;
  }

  /** Unmounts and deletes all that a pod had on the node but its logs. Idempotent. */
  public void remove(String uid) throws IOException {
    Path directory = paths.pod(uid);
    if (Files.exists(directory)) {
      mounts.unmountBelow(directory);
      AtomicFiles.deleteTree(directory);
    }
  }

  private Path prepare(Pod pod, Volume volume, VolumeContents contents) throws IOException {
    String uid = pod.getMetadata().getUid();
    if (volume.getHostPath() != null) {
      return hostPath(volume.getName(), volume.getHostPath());
    }
    Long group = fsGroup(pod);
    if (volume.getEmptyDir() != null) {
      Path place = paths.volume(uid, "kubernetes.io/empty-dir", volume.getName());
      emptyDir(place, volume.getEmptyDir(), group);
      return place;
    }
    Map<String, Content> files = contents.of(volume);
    if (files == null) {
      throw new VolumeException(
          volume.getName(), "this node has no plug-in for volumes of its kind");
    }
    String plugin =
        volume.getConfigMap() != null
            ? "kubernetes.io/configmap"
            : volume.getSecret() != null
                ? "kubernetes.io/secret"
                : volume.getDownwardAPI() != null
                    ? "kubernetes.io/downward-api"
                    : "kubernetes.io/projected";
    Path place = paths.volume(uid, plugin, volume.getName());
    Files.createDirectories(place);
    if (volume.getSecret() != null || volume.getProjected() != null) {
      // Secrets never reach a disk.
      mounts.memory(place, null);
    }
    boolean unused = AtomicFiles.write(place, readableBy(group, files), group);
    return place;
  }

  private static Map<String, Content> readableBy(@Nullable Long group, Map<String, Content> files) {
    if (group == null) {
      return files;
    }
    Map<String, Content> readable = new LinkedHashMap<>();
    files.forEach(
        (path, content) -> readable.put(path, new Content(content.bytes(), content.mode() | 0040)));
    return readable;
  }

  private void emptyDir(Path place, EmptyDirVolumeSource source, @Nullable Long group)
      throws IOException {
    boolean memory = "Memory".equals(source.getMedium());
    boolean fresh = Files.notExists(place);
    Files.createDirectories(place);
    if (memory) {
      mounts.memory(
          place,
          source.getSizeLimit() == null
              ? null
              : source.getSizeLimit().getNumericalAmount().longValue());
    }
    if (fresh) {
      // Any user of any container may write into it.
      Ownership.mode(place, 0777);
      if (group != null) {
        Ownership.giveTreeToGroup(place, group);
      }
    }
  }

  /** Checks or makes the path as the type asks (docs: "hostPath volume types"). */
  private static Path hostPath(String name, HostPathVolumeSource source) throws IOException {
    Path path = Path.of(source.getPath());
    String type = Objects.requireNonNullElse(source.getType(), "");
    boolean fits =
        switch (type) {
          case "" -> true;
          case "DirectoryOrCreate" -> {
            Files.createDirectories(path);
            yield Files.isDirectory(path);
          }
          case "Directory" -> Files.isDirectory(path);
          case "FileOrCreate" -> {
            if (Files.notExists(path)) {
              Files.createFile(path);
            }
            yield Files.isRegularFile(path);
          }
          case "File" -> Files.isRegularFile(path);
          case "Socket", "CharDevice", "BlockDevice" -> Files.exists(path) && is(path, type);
          default -> throw new VolumeException(name, "unknown hostPath type " + type);
        };
    if (!fits) {
      throw new VolumeException(name, "hostPath type check failed: " + path + " is not a " + type);
    }
    return path;
  }

  private static boolean is(Path path, String type) throws IOException {
    int kind = (int) Files.getAttribute(path, "unix:mode") & 0170000;
    return switch (type) {
      case "Socket" -> kind == 0140000;
      case "CharDevice" -> kind == 0020000;
      default -> kind == 0060000;
    };
  }

  private static @Nullable Long fsGroup(Pod pod) {
    PodSecurityContext context = pod.getSpec().getSecurityContext();
    return context == null ? null : context.getFsGroup();
  }
}
