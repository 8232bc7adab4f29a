package kontiki.node.host.supervise;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.machine.Cgroups;
import kontiki.node.host.machine.Fabric;
import kontiki.node.kubelet.image.ImageArchive;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;

/**
 * The components of a cluster with all their flags: one place says how the parts are put together.
 * Pure, apart from looking up where this executable is.
 */
public final class Topology {

  public static final String SUPERVISOR = "supervisor";
  private static final String API_SERVER = "apiserver";

  private final ClusterSpec spec;
  private final Layout layout;
  private final PkiDirectory pki;
  private final Kubeconfigs kubeconfigs;

  public Topology(ClusterSpec spec, PkiDirectory pki) {
    this.spec = spec;
    this.layout = spec.layout();
    this.pki = pki;
    this.kubeconfigs = new Kubeconfigs(pki);
  }

  /** All components, in the order in which they are shown. */
  public List<Component> components() {
    List<Component> components = new ArrayList<>();
    spec.memberNumbers().forEach(member -> components.add(store(member)));
    components.add(apiServer());
    components.add(controllers());
    components.add(scheduler());
    for (int node : spec.nodeNumbers().toList()) {
      components.add(engine(node));
      components.add(kubelet(node));
      components.add(proxy(node));
    }
    return components;
  }

  public static String storeName(int member) {
    return "store-" + Addresses.memberName(member);
  }

  public static String engineName(int node) {
    return Addresses.nodeName(node) + "/containerd";
  }

  private Component store(int number) {
    String member = Addresses.memberName(number);
    String client = "https://127.0.0.1:" + Addresses.clientPort(number);
    String peer = "https://127.0.0.1:" + Addresses.peerPort(number);
    String all =
        spec.memberNumbers()
            .map(one -> Addresses.memberName(one) + "=https://127.0.0.1:" + Addresses.peerPort(one))
            .collect(Collectors.joining(","));
    Arguments arguments =
        new Arguments("etcd")
            .add("--name", member)
            .add("--data-dir", layout.store(member))
            .add("--listen-client-urls", client)
            .add("--advertise-client-urls", client)
            .add("--listen-peer-urls", peer)
            .add("--initial-advertise-peer-urls", peer)
            .add("--initial-cluster", all)
            .add("--initial-cluster-state", "new")
            .add("--initial-cluster-token", spec.id())
            .add("--cert-file", pki.certificate(CertificateSet.STORE_CLIENT, member))
            .add("--key-file", pki.key(CertificateSet.STORE_CLIENT, member))
            .add("--trusted-ca-file", pki.authority(CertificateSet.STORE_CLIENT))
            .flag("--client-cert-auth")
            .add("--peer-cert-file", pki.certificate(CertificateSet.STORE_PEER, member))
            .add("--peer-key-file", pki.key(CertificateSet.STORE_PEER, member))
            .add("--peer-trusted-ca-file", pki.authority(CertificateSet.STORE_PEER))
            .flag("--peer-client-cert-auth");
    Probe probe = new Probe.Https(kubeconfigs.storeProbe(client), "/health", "/livez");
    return role(storeName(number), JvmOptions.ETCD, arguments, List.of(), probe);
  }

  private Component apiServer() {
    Arguments arguments =
        new Arguments("apiserver")
            .add("--etcd-servers", String.join(",", Addresses.storeEndpoints(spec.members())))
            .add("--etcd-cafile", pki.authority(CertificateSet.STORE_CLIENT))
            .add("--etcd-certfile", pki.certificate(CertificateSet.STORE_CLIENT, "apiserver"))
            .add("--etcd-keyfile", pki.key(CertificateSet.STORE_CLIENT, "apiserver"))
            .add("--bind-address", "127.0.0.1")
            .add("--bind-address", Addresses.MACHINE)
            .add("--secure-port", Addresses.API_PORT)
            .add("--advertise-address", Addresses.MACHINE)
            .add("--tls-cert-file", pki.certificate(CertificateSet.API_SERVER, "apiserver"))
            .add("--tls-private-key-file", pki.key(CertificateSet.API_SERVER, "apiserver"))
            .add("--client-ca-file", pki.authority(CertificateSet.API_SERVER))
            .add("--node-client-ca-file", pki.authority(CertificateSet.API_SERVER_NODE))
            .add("--service-account-key-file", pki.serviceAccountPublicKey())
            .add("--service-account-signing-key-file", pki.serviceAccountKey())
            .add("--service-account-issuer", "https://kubernetes.default.svc." + Addresses.DOMAIN)
            .add("--service-cluster-ip-range", Addresses.SERVICE_RANGE)
            .add("--service-node-port-range", "30000-32767")
            .add(
                "--kubelet-client-certificate",
                pki.certificate(CertificateSet.API_SERVER_NODE, "apiserver"))
            .add("--kubelet-client-key", pki.key(CertificateSet.API_SERVER_NODE, "apiserver"))
            .add("--kubelet-certificate-authority", pki.authority(CertificateSet.API_SERVER_NODE))
            .add("--authorization-mode", "Node,RBAC");
    Probe probe = new Probe.Https(kubeconfigs.client("admin"), "/readyz", "/livez");
    return role(API_SERVER, JvmOptions.APISERVER, arguments, List.of(), probe);
  }

  private Component controllers() {
    Arguments arguments =
        new Arguments("controllers")
            .add("--kubeconfig", layout.kubeconfig("controllers"))
            .add("--root-ca-file", pki.authority(CertificateSet.API_SERVER))
            .add("--cluster-cidr", Addresses.CLUSTER_RANGE)
            .soleElection(spec)
            .health("127.0.0.1", Addresses.CONTROLLERS_PORT, PkiDirectory.HEALTH, pki);
    Probe probe = health("127.0.0.1", Addresses.CONTROLLERS_PORT);
    return role("controllers", JvmOptions.CONTROLLERS, arguments, List.of(API_SERVER), probe);
  }

  private Component scheduler() {
    Arguments arguments =
        new Arguments("scheduler")
            .add("--kubeconfig", layout.kubeconfig("scheduler"))
            .soleElection(spec)
            .health("127.0.0.1", Addresses.SCHEDULER_PORT, PkiDirectory.HEALTH, pki);
    Probe probe = health("127.0.0.1", Addresses.SCHEDULER_PORT);
    return role("scheduler", JvmOptions.SCHEDULER, arguments, List.of(API_SERVER), probe);
  }

  private Probe health(String address, int port) {
    String server = "https://" + address + ":" + port;
    return new Probe.Https(kubeconfigs.healthProbe(server), "/readyz", "/livez");
  }

  private Component engine(int number) {
    String node = Addresses.nodeName(number);
    List<String> command = new ArrayList<>(inNode(node));
    command.addAll(
        List.of("containerd", "-c", layout.node(node).resolve("containerd.toml").toString()));
    String name = engineName(number);
    return new Component(
        name,
        command,
        Launcher.mark(spec, name),
        layout.log(name),
        List.of(),
        new Probe.Engine(layout.engineSocket(node)));
  }

  private Component kubelet(int number) {
    String node = Addresses.nodeName(number);
    Arguments arguments =
        new Arguments("kubelet")
            .add("--kubeconfig", layout.kubeconfig(node + "-kubelet"))
            .add("--node-name", node)
            .add("--node-ip", Addresses.nodeAddress(number))
            .add("--container-runtime-endpoint", "unix://" + layout.engineSocket(node))
            .add("--root-dir", layout.node(node).resolve("kubelet"))
            .add("--port", Addresses.KUBELET_PORT)
            .add("--tls-cert-file", pki.certificate(CertificateSet.API_SERVER_NODE, node))
            .add("--tls-private-key-file", pki.key(CertificateSet.API_SERVER_NODE, node))
            .add("--client-ca-file", pki.authority(CertificateSet.API_SERVER_NODE))
            .add("--cluster-dns", Addresses.DNS)
            .add("--cluster-domain", Addresses.DOMAIN)
            .add("--pod-infra-container-image", ImageArchive.PAUSE)
            .add("--cgroup-root", "/" + Cgroups.ROOT + "/" + node);
    String server = "https://" + Addresses.nodeAddress(number) + ":" + Addresses.KUBELET_PORT;
    Probe probe = new Probe.Https(kubeconfigs.kubeletProbe(server), "/healthz", "/healthz");
    return nodeRole(node, "kubelet", JvmOptions.KUBELET, arguments, probe);
  }

  private Component proxy(int number) {
    String node = Addresses.nodeName(number);
    Arguments arguments =
        new Arguments("proxy")
            .add("--kubeconfig", layout.kubeconfig(node + "-proxy"))
            .add("--node-name", node)
            .add("--node-ip", Addresses.nodeAddress(number))
            .add("--proxy-mode", "nftables")
            .add("--cluster-cidr", Addresses.CLUSTER_RANGE)
            .add("--service-cluster-ip-range", Addresses.SERVICE_RANGE)
            .add("--cni-conf-dir", layout.cniConfiguration(node))
            .add("--cni-data-dir", layout.cniData(node))
            .health(Addresses.nodeAddress(number), Addresses.PROXY_PORT, node, pki);
    Probe probe = health(Addresses.nodeAddress(number), Addresses.PROXY_PORT);
    return nodeRole(node, "proxy", JvmOptions.PROXY, arguments, probe);
  }

  private Component role(
      String name, JvmOptions options, Arguments arguments, List<String> needs, Probe probe) {
    return new Component(
        name,
        Launcher.command(options, layout, arguments.words()),
        Launcher.environment(spec, name, options),
        layout.log(name),
        needs,
        probe);
  }

  private Component nodeRole(
      String node, String role, JvmOptions options, Arguments arguments, Probe probe) {
    List<String> command = new ArrayList<>(inNode(node));
    command.addAll(Launcher.command(options, layout, arguments.words()));
    String name = node + "/" + role;
    return new Component(
        name,
        command,
        Launcher.environment(spec, name, options),
        layout.log(name),
        List.of(API_SERVER),
        probe);
  }

  /**
   * Enters a node: its network, and a UTS namespace with its name. Not {@code ip netns exec}, which
   * mounts /sys anew without control groups: runc then fails.
   */
  private static List<String> inNode(String node) {
    return List.of(
        "nsenter",
        "--net=" + Fabric.namespace(node),
        "--",
        "unshare",
        "--uts",
        "--",
        "sh",
        "-c",
        "echo \"$0\" >/proc/sys/kernel/hostname && exec \"$@\"",
        node);
  }

  /** Words of a command line, put together flag by flag. */
  private record Arguments(List<String> words) {
    Arguments(String command) {
      this(new ArrayList<>(List.of(command)));
    }

    Arguments add(String flag, Object value) {
      words.add(flag + "=" + value);
      return this;
    }

    Arguments add(String flag, Path value) {
      return add(flag, (Object) value);
    }

    /**
     * The supervisor never runs two of a role, so one that was killed comes back under its name and
     * leads at once; and it stays while the API server is started again on a busy machine.
     */
    Arguments soleElection(ClusterSpec spec) {
      return add("--leader-elect-identity", spec.id())
          .add("--leader-elect-lease-duration", "60s")
          .add("--leader-elect-renew-deadline", "45s")
          .add("--leader-elect-retry-period", "1s");
    }

    /** Shows its health to holders of a certificate of the set between nodes. */
    Arguments health(String address, int port, String certificate, PkiDirectory pki) {
      return add("--bind-address", address)
          .add("--secure-port", port)
          .add("--tls-cert-file", pki.certificate(CertificateSet.NODE, certificate))
          .add("--tls-private-key-file", pki.key(CertificateSet.NODE, certificate))
          .add("--client-ca-file", pki.authority(CertificateSet.NODE));
    }

    Arguments flag(String flag) {
      words.add(flag);
      return this;
    }
  }
}
