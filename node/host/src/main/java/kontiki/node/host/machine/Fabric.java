package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.proxy.program.Program;

/**
 * The network between the nodes: a bridge in a namespace of its own, a namespace a node, and one
 * link from the machine to the bridge. The bridge is not in the machine's own namespace, where the
 * rules of other software could drop its packets. No namespace gets a route out of the machine.
 */
public final class Fabric {

  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path LINKS = Path.of("/sys/class/net");

  private Fabric() {}

  public static Path namespace(String name) {
    return NAMESPACES.resolve(name);
  }

  /** Whether the whole network of the cluster is there. */
  public static boolean isComplete(ClusterSpec spec) {
    return names(spec).stream().allMatch(name -> Files.exists(namespace(name)))
        && Files.exists(LINKS.resolve(Addresses.MACHINE_LINK));
  }

  /** What is there of a network that a cluster would make, in words. */
  public static List<String> present(int nodes) {
    List<String> present = new ArrayList<>();
    List<String> names = new ArrayList<>(List.of(Addresses.BRIDGE_NAMESPACE));
    for (int node = 1; node <= nodes; node++) {
      names.add(Addresses.nodeName(node));
    }
    for (String name : names) {
      if (Files.exists(namespace(name))) {
        present.add("network namespace " + name);
      }
    }
    if (Files.exists(LINKS.resolve(Addresses.MACHINE_LINK))) {
      present.add("link " + Addresses.MACHINE_LINK);
    }
    return present;
  }

  private static List<String> names(ClusterSpec spec) {
    List<String> names = new ArrayList<>(List.of(Addresses.BRIDGE_NAMESPACE));
    spec.nodeNumbers().map(Addresses::nodeName).forEach(names::add);
    return names;
  }

  /** Says that the folder of namespaces became a mount point because of this cluster. */
  private static Path madeMark(ClusterSpec spec) {
    return spec.layout().run().resolve("made-netns");
  }

  /** Makes the network. */
  public static void build(ClusterSpec spec) throws IOException {
    if (!Mounts.isMountPoint(NAMESPACES)) {
      Files.createDirectories(spec.layout().run());
      Files.writeString(madeMark(spec), "");
    }
    List<String> namespaces = new ArrayList<>();
    names(spec).forEach(name -> namespaces.add("netns add " + name));
    batch(List.of(), namespaces);
    String fabric = Addresses.BRIDGE_NAMESPACE;
    batch(
        List.of("-n", fabric),
        List.of(
            "link set lo up",
            "link add " + Addresses.BRIDGE + " type bridge",
            "link set " + Addresses.BRIDGE + " up"));
    List<String> links = new ArrayList<>();
    spec.nodeNumbers()
        .map(Addresses::nodeName)
        .forEach(node ->
            links.add(
                ("link add %s-f netns %s type veth peer name eth0 netns %s")
                    .formatted(node, fabric, node)));
    links.add(
        "link add %s type veth peer name khost-f netns %s"
            .formatted(Addresses.MACHINE_LINK, fabric));
    links.add("addr add %s/24 dev %s".formatted(Addresses.MACHINE, Addresses.MACHINE_LINK));
    links.add("link set " + Addresses.MACHINE_LINK + " up");
    batch(List.of(), links);
    List<String> ports =
        new ArrayList<>(List.of("link set khost-f master " + Addresses.BRIDGE + " up"));
    spec.nodeNumbers()
        .map(Addresses::nodeName)
        .forEach(node -> ports.add("link set " + node + "-f master " + Addresses.BRIDGE + " up"));
    batch(List.of("-n", fabric), ports);
    for (int number : spec.nodeNumbers().toList()) {
      buildNode(number);
    }
  }

  private static void buildNode(int number) throws IOException {
    String name = Addresses.nodeName(number);
    String address = Addresses.nodeAddress(number);
    batch(
        List.of("-n", name),
        List.of(
            "link set lo up",
            "addr add " + address + "/24 dev eth0",
            "link set eth0 up",
            // Without a route of its own, a connection of the node to a service fails at once.
            "route add " + Addresses.SERVICE_RANGE + " dev eth0 src " + address));
    Program.run(
        "nsenter",
        "--net=" + namespace(name),
        "--",
        "sysctl",
        "-qw",
        "net.ipv4.ip_forward=1",
        "net.bridge.bridge-nf-call-iptables=1",
        "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.default.rp_filter=0",
        "net.ipv4.conf.eth0.rp_filter=0",
        "net.ipv4.conf.all.route_localnet=1");
  }

  private static void batch(List<String> options, List<String> lines) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(options);
    command.addAll(List.of("-batch", "-"));
    Program.runWith(String.join("\n", lines) + "\n", command.toArray(String[]::new));
  }

  /** Whether {@code kfab} is a bridge namespace as this class makes it, and not somebody else's. */
  public static boolean isOurs() throws IOException {
    return Files.exists(namespace(Addresses.BRIDGE_NAMESPACE))
        && Program.attempt(
                "",
                List.of("ip", "-n", Addresses.BRIDGE_NAMESPACE, "link", "show", Addresses.BRIDGE))
            .isSuccess();
  }

  /** Removes what there is of the network; the rules and routes in the namespaces go with them. */
  public static void remove(ClusterSpec spec) throws IOException {
    if (Files.exists(LINKS.resolve(Addresses.MACHINE_LINK))) {
      Program.run("ip", "link", "del", Addresses.MACHINE_LINK);
    }
    for (String name : names(spec).reversed()) {
      removeNamespace(name);
    }
    if (Files.exists(madeMark(spec)) && Files.isDirectory(NAMESPACES)) {
      try (Stream<Path> others = Files.list(NAMESPACES)) {
        if (others.findAny().isPresent()) {
          return;
        }
      }
      Mounts.detachBelow(NAMESPACES);
      Files.delete(NAMESPACES);
    }
  }

  private static void removeNamespace(String name) throws IOException {
    if (Files.exists(namespace(name))) {
      Program.run("ip", "netns", "del", name);
    }
  }
}
