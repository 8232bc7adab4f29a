package kontiki.node.host.teardown;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.machine.Cgroups;
import kontiki.node.host.machine.ClusterProcesses;
import kontiki.node.host.machine.Fabric;
import kontiki.node.host.machine.Mounts;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.node.host.supervise.Topology;

/**
 * Ends a cluster, whole or half-made, running or dead, and takes away what it put on the machine.
 * The order matters: who would start things anew goes first, then pods through their engines, then
 * engines, then what is left by force, then mounts, groups, network and files. Ends no process that
 * does not bear the cluster's mark or live in its control groups.
 */
public final class Teardown {

  private static final Duration GRACE = Duration.ofSeconds(4);
  private static final Duration AFTER_KILL = Duration.ofSeconds(5);

  private final ClusterSpec spec;
  private final Layout layout;
  private final ClusterProcesses processes;
  private final Consumer<String> progress;

  /**
   * A teardown.
   *
   * @param progress is told each step when it is done
   */
  public Teardown(ClusterSpec spec, Consumer<String> progress) {
    this.spec = spec;
    this.layout = spec.layout();
    this.processes = new ClusterProcesses(spec.id());
    this.progress = progress;
  }

  /** Ends everything that runs and removes what is not a file of the data directory. */
  public void run() throws IOException, InterruptedException {
    stop("supervisor", Topology.SUPERVISOR::equals);
    stop("kubelets and proxies", name -> name.endsWith("/kubelet") || name.endsWith("/proxy"));
    Thread controlPlane = Thread.ofVirtual().start(this::stopControlPlane);
    TreeSet<String> sandboxes = removePods();
    controlPlane.join();
    stop("container engines", name -> name.endsWith("/containerd"));
    killRest();
    Mounts.detachBelow(layout.root());
    EngineLeftovers.remove(spec, sandboxes);
    Cgroups.remove();
    Fabric.remove(spec);
    progress.accept("network, mounts and control groups removed");
  }

  private void stopControlPlane() {
    stop(
        "control plane and store",
        name ->
            name.equals("apiserver")
                || name.equals("controllers")
                || name.equals("scheduler")
                || name.startsWith("store-"));
  }

  /** Asks components to end, and ends those that do not. */
  private void stop(String what, Predicate<String> which) {
    Supplier<List<ProcessIdentity>> running =
        () ->
            processes.all().stream()
                .filter(one -> ClusterProcesses.component(one).filter(which).isPresent())
                .toList();
    List<ProcessIdentity> found = running.get();
    if (found.isEmpty()) {
      return;
    }
    found.forEach(ProcessIdentity::terminate);
    if (!Patience.until(GRACE, () -> found.stream().noneMatch(ProcessIdentity::isAlive))) {
      found.forEach(ProcessIdentity::kill);
      Patience.until(AFTER_KILL, () -> found.stream().noneMatch(ProcessIdentity::isAlive));
    }
    progress.accept(what + " stopped");
  }

  /** Removes the pods of all nodes at once; the answer names every sandbox that there was. */
  private TreeSet<String> removePods() throws IOException, InterruptedException {
    List<PodRemoval> removals = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int number : spec.nodeNumbers().toList()) {
      PodRemoval removal = new PodRemoval(layout.engineSocket(Addresses.nodeName(number)));
      if (processes.component(Topology.engineName(number)).isPresent()) {
        threads.add(Thread.ofVirtual().start(removal));
      }
      removals.add(removal);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    TreeSet<String> sandboxes = new TreeSet<>();
    removals.forEach(removal -> sandboxes.addAll(removal.sandboxes()));
    if (!sandboxes.isEmpty()) {
      progress.accept(sandboxes.size() + " pods removed");
    }
    for (int number : spec.nodeNumbers().toList()) {
      sandboxes.addAll(EngineLeftovers.sandboxes(layout, Addresses.nodeName(number)));
    }
    return sandboxes;
  }

  private void killRest() throws IOException {
    for (ProcessIdentity process : rest()) {
      process.kill();
    }
    if (!Patience.until(AFTER_KILL, () -> rest().isEmpty())) {
      throw new IOException(
          "process " + rest().getFirst().pid() + " does not end: './kontiki down' again may help");
    }
  }

  private List<ProcessIdentity> rest() {
    try {
      List<ProcessIdentity> rest = new ArrayList<>(processes.all());
      rest.addAll(Cgroups.processes());
      rest.removeIf(process -> process.pid() == ProcessHandle.current().pid());
      return rest;
    } catch (IOException gone) {
      return List.of();
    }
  }

  /** Removes the data directory, or with {@code keepData} all of it but certificates and store. */
  public void removeFiles(boolean keepData) throws IOException {
    if (keepData) {
      for (Path path : List.of(layout.root().resolve("nodes"), layout.run(), layout.images())) {
        Trees.delete(path);
      }
    } else {
      Trees.delete(layout.root());
    }
    Files.deleteIfExists(Layout.POINTER);
    progress.accept(
        keepData ? "certificates and store kept in " + layout.root() : layout.root() + " removed");
  }
}
