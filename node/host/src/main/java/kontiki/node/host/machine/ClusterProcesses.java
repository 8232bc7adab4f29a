package kontiki.node.host.machine;

import java.util.List;
import java.util.Optional;
import kontiki.node.host.cluster.ClusterSpec;

/**
 * Finds the processes of a cluster by the mark in their environment: what bears it was started by
 * this cluster, whoever started it and whatever files were lost.
 */
public final class ClusterProcesses {

  private static final String SHIM = "containerd-shim";

  private final String cluster;

  public ClusterProcesses(String cluster) {
    this.cluster = cluster;
  }

  /** Every process that bears the cluster's mark, engines' helpers too. */
  public List<ProcessIdentity> all() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .flatMap(pid -> ProcessIdentity.of(pid).stream())
        .filter(process ->
            process.variable(ClusterSpec.CLUSTER_VARIABLE).filter(cluster::equals).isPresent())
        .toList();
  }

  /** The name of the component that a process is; empty for a helper of one. */
  public static Optional<String> component(ProcessIdentity process) {
    return process.leadsSession() && !process.name().startsWith(SHIM)
        ? process.variable(ClusterSpec.COMPONENT_VARIABLE)
        : Optional.empty();
  }

  /** The process of one component. */
  public Optional<ProcessIdentity> component(String name) {
    return all().stream()
        .filter(process -> component(process).filter(name::equals).isPresent())
        .findFirst();
  }
}
