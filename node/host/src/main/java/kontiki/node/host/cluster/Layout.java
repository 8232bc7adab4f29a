package kontiki.node.host.cluster;

import java.nio.file.Path;

/** Where everything of a cluster lies below its data directory. */
public record Layout(Path root) {

  /** Names the cluster that runs on this machine; gone with it, or with a restart. */
  public static final Path POINTER = Path.of("/run/kontiki/cluster.json");

  /** Held by whoever starts or ends a cluster on this machine. */
  public static final Path MACHINE_LOCK = Path.of("/run/kontiki/lock");

  public static final Path DEFAULT_ROOT = Path.of("/var/lib/kontiki");

  public Path spec() {
    return root.resolve("cluster.json");
  }

  public Path pki() {
    return root.resolve("pki");
  }

  public Path adminKubeconfig() {
    return root.resolve("admin.kubeconfig");
  }

  /** The kubeconfig of a component, such as {@code scheduler} or {@code kn1-kubelet}. */
  public Path kubeconfig(String name) {
    return root.resolve("kubeconfig").resolve(name + ".kubeconfig");
  }

  public Path store(String member) {
    return root.resolve("store").resolve(member);
  }

  public Path node(String name) {
    return root.resolve("nodes").resolve(name);
  }

  public Path engine(String node) {
    return node(node).resolve("containerd");
  }

  /** The container engine's socket. Unix sockets take 107 bytes: keep it short. */
  public Path engineSocket(String node) {
    return node(node).resolve("containerd.sock");
  }

  public Path cniConfiguration(String node) {
    return node(node).resolve("cni");
  }

  public Path cniData(String node) {
    return node(node).resolve("ipam");
  }

  public Path images() {
    return root.resolve("images");
  }

  public Path logs() {
    return root.resolve("log");
  }

  /** The log of a component; its name may have a slash. */
  public Path log(String component) {
    return logs().resolve(component.replace('/', '-') + ".log");
  }

  public Path run() {
    return root.resolve("run");
  }

  public Path state() {
    return run().resolve("state.json");
  }

  public Path lock() {
    return run().resolve("supervisor.lock");
  }

  /** Temporary files of the roles: libraries unpack native code there. */
  public Path temporary() {
    return run().resolve("tmp");
  }
}
