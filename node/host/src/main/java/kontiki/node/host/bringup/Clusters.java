package kontiki.node.host.bringup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.machine.ClusterProcesses;
import kontiki.node.host.machine.Fabric;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.node.host.supervise.Topology;
import kontiki.node.host.teardown.Trees;
import org.jspecify.annotations.Nullable;

/** Finds the clusters of this machine, and refuses folders that are none. */
public final class Clusters {

  private Clusters() {}

  /** The folder that is meant: the given one, or that of the running cluster, or the default. */
  public static Path folder(@Nullable Path given) throws IOException {
    if (given != null) {
      return given.toAbsolutePath().normalize();
    }
    return running().map(ClusterSpec::dataDirectory).orElse(Layout.DEFAULT_ROOT);
  }

  /** The cluster of which there is something on this machine now. */
  public static Optional<ClusterSpec> running() throws IOException {
    return ClusterSpec.read(Layout.POINTER).filter(Clusters::isPresent);
  }

  /** Throws if there is a cluster on this machine that lives elsewhere than in the folder. */
  public static void checkOnlyHere(Path folder) throws IOException {
    checkOnlyHere(folder, running());
  }

  static void checkOnlyHere(Path folder, Optional<ClusterSpec> running) throws IOException {
    if (running.isPresent() && !running.get().dataDirectory().equals(folder)) {
      throw new IOException(
          "the cluster on this machine is in "
              + running.get().dataDirectory()
              + ", not in "
              + folder
              + ": './kontiki down --data-dir "
              + running.get().dataDirectory()
              + "' ends it; nothing was touched");
    }
  }

  private static boolean isPresent(ClusterSpec spec) {
    return !Fabric.present(spec.nodes()).isEmpty()
        || !new ClusterProcesses(spec.id()).all().isEmpty();
  }

  /** The cluster whose data directory this is, also if its files are gone and it still runs. */
  public static Optional<ClusterSpec> in(Path folder) throws IOException {
    Optional<ClusterSpec> written = ClusterSpec.read(new Layout(folder).spec());
    if (written.isPresent()) {
      return written;
    }
    return running().filter(spec -> spec.dataDirectory().equals(folder));
  }

  /** Throws unless the folder is free to be, or is, the data directory of a cluster. */
  public static void checkFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is not a directory: choose another one with --data-dir");
    }
    Optional<ClusterSpec> spec = ClusterSpec.read(new Layout(folder).spec());
    if (spec.isEmpty() && !Trees.isEmpty(folder)) {
      throw new IOException(
          folder
              + " is not empty and holds no cluster of Kontiki: nothing was touched; choose another"
              + " one with --data-dir");
    }
    if (spec.isPresent() && !spec.get().machine().equals(ClusterSpec.thisMachine())) {
      throw new IOException(
          folder + " belongs to a cluster of another machine: choose another one with --data-dir");
    }
    if (spec.isPresent() && !spec.get().dataDirectory().equals(folder)) {
      throw new IOException(
          folder
              + " was made as "
              + spec.get().dataDirectory()
              + " and holds that path in its files: move it back");
    }
  }

  public static Optional<ProcessIdentity> supervisor(ClusterSpec spec) {
    return new ClusterProcesses(spec.id()).component(Topology.SUPERVISOR);
  }
}
