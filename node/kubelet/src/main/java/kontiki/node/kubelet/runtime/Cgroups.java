package kontiki.node.kubelet.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.node.kubelet.runtime.PodResources.PodLimits;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups of pods, by the file system, in version 1 (one tree a controller, whichever are
 * mounted) and version 2 (one tree). Thread-safe: pods do not share files.
 */
public final class Cgroups {
  private static final List<String> CONTROLLERS = List.of("cpuset", "cpu", "memory", "pids");

  private final Path mountPoint;
  private final boolean unified;

  /** For the file system mounted there, normally {@code /sys/fs/cgroup}. */
  public Cgroups(Path mountPoint) {
    this.mountPoint = mountPoint;
    this.unified = Files.exists(mountPoint.resolve("cgroup.controllers"));
  }

  /** Makes a pod's cgroup and sets its limits. */
  public void make(String path, PodLimits limits) throws IOException {
    if (unified) {
      makeUnified(path, limits);
      return;
    }
    Path cpu = directory(mountPoint.resolve("cpu"), path);
    if (cpu != null) {
      write(cpu.resolve("cpu.shares"), limits.cpuShares());
      write(cpu.resolve("cpu.cfs_period_us"), limits.cpuPeriodMicros());
      write(
          cpu.resolve("cpu.cfs_quota_us"),
          limits.cpuQuotaMicros() == null ? -1 : limits.cpuQuotaMicros());
    }
    Path memory = directory(mountPoint.resolve("memory"), path);
    if (memory != null && limits.memoryBytes() != null) {
      write(memory.resolve("memory.limit_in_bytes"), limits.memoryBytes());
    }
  }

  private void makeUnified(String path, PodLimits limits) throws IOException {
    Path at = mountPoint;
    for (Path part : Path.of(path.substring(1))) {
      String known = Files.readString(at.resolve("cgroup.controllers"));
      List<String> wanted = new ArrayList<>();
      for (String controller : CONTROLLERS) {
        if ((" " + known.strip() + " ").contains(" " + controller + " ")) {
          wanted.add("+" + controller);
        }
      }
      Files.writeString(at.resolve("cgroup.subtree_control"), String.join(" ", wanted));
      at = at.resolve(part);
      if (Files.notExists(at)) {
        Files.createDirectory(at);
      }
    }
    // From 2..262144 shares to a weight of 1..10000 (KEP-2254).
    long weight = 1 + (limits.cpuShares() - 2) * 9999 / 262142;
    Map<String, String> values = new LinkedHashMap<>();
    values.put("cpu.weight", Long.toString(weight));
    values.put(
        "cpu.max",
        (limits.cpuQuotaMicros() == null ? "max" : limits.cpuQuotaMicros().toString())
            + " "
            + limits.cpuPeriodMicros());
    values.put(
        "memory.max", limits.memoryBytes() == null ? "max" : limits.memoryBytes().toString());
    for (Map.Entry<String, String> value : values.entrySet()) {
      Path file = at.resolve(value.getKey());
      if (Files.exists(file)) {
        Files.writeString(file, value.getValue());
      }
    }
  }

  /** Removes a pod's cgroup in every tree; what still has processes stays. Idempotent. */
  public void remove(String path) throws IOException {
    if (unified) {
      removeTree(mountPoint.resolve(path.substring(1)));
      return;
    }
    try (DirectoryStream<Path> trees = Files.newDirectoryStream(mountPoint)) {
      for (Path tree : trees) {
        removeTree(tree.resolve(path.substring(1)));
      }
    }
  }

  private static void removeTree(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path child : children) {
        removeTree(child);
      }
    }
    String left = Files.readString(directory.resolve("cgroup.procs"), StandardCharsets.US_ASCII);
    if (left.isBlank()) {
      Files.deleteIfExists(directory);
    }
  }

  private static @Nullable Path directory(Path tree, String path) throws IOException {
    return Files.isDirectory(tree)
        ? Files.createDirectories(tree.resolve(path.substring(1)))
        : null;
  }

  private static void write(Path file, long value) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, Long.toString(value));
    }
  }
}
