package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The control groups of a cluster's pods, in every hierarchy: those of version 1, of version 2, and
 * the one called unified of a machine that has both.
 */
public final class Cgroups {

  /** The group above all pods of all nodes. */
  public static final String ROOT = "kontiki";

  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  /** Without these, pods cannot be limited or counted. */
  private static final List<String> NEEDED_OF_V2 = List.of("cpu", "memory", "pids");

  private Cgroups() {}

  /** How control groups are set up on this machine. */
  public enum Version {
    V1,
    V2,
    NONE
  }

  public static Version version() {
    if (Files.exists(MOUNT.resolve("cgroup.controllers"))) {
      return Version.V2;
    }
    boolean complete =
        Stream.of("memory", "cpu", "pids", "devices", "freezer")
            .allMatch(
                controller -> Files.exists(MOUNT.resolve(controller).resolve("cgroup.procs")));
    return complete ? Version.V1 : Version.NONE;
  }

  /** What version 2 lacks here: a controller that version 1 has taken is not in version 2. */
  static List<String> missingOfV2() throws IOException {
    return missing(Files.readString(MOUNT.resolve("cgroup.controllers")));
  }

  static List<String> missing(String controllers) {
    List<String> present = List.of(controllers.strip().split(" "));
    return NEEDED_OF_V2.stream().filter(one -> !present.contains(one)).toList();
  }

  /** The cluster's groups, one a hierarchy, as far as they are there. */
  static List<Path> roots() throws IOException {
    List<Path> roots = new ArrayList<>();
    if (Files.isDirectory(MOUNT.resolve(ROOT))) {
      roots.add(MOUNT.resolve(ROOT));
    }
    if (version() != Version.V2 && Files.isDirectory(MOUNT)) {
      try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(MOUNT)) {
        for (Path hierarchy : hierarchies) {
          if (Files.isDirectory(hierarchy.resolve(ROOT)) && !Files.isSymbolicLink(hierarchy)) {
            roots.add(hierarchy.resolve(ROOT));
          }
        }
      }
    }
    return roots;
  }

  /** The processes in the cluster's groups. */
  public static List<ProcessIdentity> processes() throws IOException {
    List<ProcessIdentity> processes = new ArrayList<>();
    for (Path group : groups()) {
      try {
        for (String line : Files.readAllLines(group.resolve("cgroup.procs"))) {
          ProcessIdentity.of(Long.parseLong(line.strip())).ifPresent(processes::add);
        }
      } catch (IOException threaded) {
        // A group whose threads are counted, or one that is gone by now, lists no process.
      }
    }
    return processes.stream().distinct().toList();
  }

  /** Removes the groups, the deepest first; those that still have a process stay. */
  public static void remove() throws IOException {
    for (Path group : groups()) {
      try {
        Files.deleteIfExists(group);
      } catch (IOException busy) {
        throw new IOException("control group " + group + " still has a process", busy);
      }
    }
  }

  private static List<Path> groups() throws IOException {
    List<Path> groups = new ArrayList<>();
    for (Path root : roots()) {
      try (Stream<Path> below = Files.walk(root)) {
        below.filter(Files::isDirectory).forEach(groups::add);
      }
    }
    groups.sort(Comparator.comparing(Path::getNameCount).reversed());
    return groups;
  }
}
