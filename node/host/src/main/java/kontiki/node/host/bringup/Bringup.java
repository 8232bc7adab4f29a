package kontiki.node.host.bringup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.cluster.UserKubeconfig;
import kontiki.node.host.machine.Engine;
import kontiki.node.host.machine.Fabric;
import kontiki.node.host.supervise.Kubeconfigs;
import kontiki.node.host.supervise.SupervisorProcess;
import kontiki.node.host.teardown.Teardown;
import kontiki.node.host.teardown.Trees;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;

/**
 * Makes a cluster, or makes a dead one live again: certificates, network and images at the same
 * time, then the supervisor, then it watches until every node is ready.
 */
public final class Bringup {

  private final ClusterSpec spec;
  private final Layout layout;
  private final Timeline timeline;

  public Bringup(ClusterSpec spec, Timeline timeline) {
    this.spec = spec;
    this.layout = spec.layout();
    this.timeline = timeline;
  }

  /** Runs it all. Ends when every node is ready. */
  public void run() throws IOException, InterruptedException {
    Files.createDirectories(layout.temporary());
    Files.createDirectories(layout.logs());
    Files.createDirectories(Objects.requireNonNull(Layout.POINTER.getParent()));
    boolean isNew = !Files.exists(layout.spec());
    spec.write(layout.spec());
    spec.write(Layout.POINTER);
    if (!isNew && !Fabric.isComplete(spec)) {
      clearRemains();
    }
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Path>> images = executor.submit(() -> Engine.makeImages(layout));
      Future<PkiDirectory> pki = executor.submit(this::makeCertificates);
      Future<Void> network = executor.submit(this::makeNetwork);
      PkiDirectory certificates = result(pki);
      result(network);
      SupervisorProcess.start(spec);
      new Ascent(spec, certificates, timeline).follow(() -> result(images));
      mergeKubeconfig(certificates);
    }
  }

  /**
   * A network that is not whole means that nothing on it can be kept: the machine has restarted.
   */
  private void clearRemains() throws IOException, InterruptedException {
    new Teardown(spec, what -> timeline.step("cleared: " + what)).run();
    for (int number : spec.nodeNumbers().toList()) {
      String node = Addresses.nodeName(number);
      Trees.delete(layout.engine(node));
      Trees.delete(layout.cniData(node));
    }
  }

  /**
   * Issues again what has expired or is missing, while the cluster runs: its parts read new files
   * by themselves.
   *
   * @return whether anything was issued
   */
  public boolean renewCertificates() throws IOException {
    Map<Path, FileTime> before = certificateTimes();
    PkiDirectory pki = issue();
    if (certificateTimes().equals(before)) {
      return false;
    }
    timeline.step("certificates are issued again in " + layout.pki());
    mergeKubeconfig(pki);
    return true;
  }

  private Map<Path, FileTime> certificateTimes() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(layout.pki())) {
      for (Path file : files.filter(one -> one.toString().endsWith(".crt")).toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private PkiDirectory issue() throws IOException {
    PkiDirectory pki = PkiDirectory.create(layout.pki(), plan(), InstantSource.system());
    new Kubeconfigs(pki).write(spec);
    return pki;
  }

  private PkiDirectory makeCertificates() throws IOException {
    PkiDirectory pki = issue();
    timeline.step("certificates and kubeconfigs are in " + layout.pki());
    return pki;
  }

  private ClusterPlan plan() {
    return ClusterPlan.of(
        spec.memberNumbers()
            .map(number -> new ClusterPlan.Member(Addresses.memberName(number), List.of()))
            .toList(),
        spec.nodeNumbers()
            .map(number ->
                new ClusterPlan.NodePlan(
                    Addresses.nodeName(number), List.of(Addresses.nodeAddress(number))))
            .toList(),
        List.of(Addresses.MACHINE));
  }

  private Void makeNetwork() throws IOException {
    if (!Fabric.isComplete(spec)) {
      Fabric.build(spec);
    }
    for (int number : spec.nodeNumbers().toList()) {
      Engine.configure(spec, number);
    }
    timeline.step(
        "network is built: bridge "
            + Addresses.BRIDGE
            + ", nodes "
            + String.join(", ", spec.nodeNumbers().map(Addresses::nodeName).toList()));
    return null;
  }

  private void mergeKubeconfig(PkiDirectory pki) throws IOException {
    Path file = UserKubeconfig.locate();
    ClusterSpec withFile = spec.withKubeconfig(file);
    withFile.write(layout.spec());
    withFile.write(Layout.POINTER);
    new UserKubeconfig(file).merge(new Kubeconfigs(pki).admin());
    timeline.step("context " + Kubeconfigs.CONTEXT + " is in " + file);
  }

  /** The result of a task; its failure as it was. */
  private static <T> T result(Future<T> task) throws IOException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IOException("a step failed", failed);
      }
    }
  }

  /** Something that may take its time. */
  interface Awaited<T> {
    T value() throws IOException, InterruptedException;
  }
}
