package kontiki.node.host.cluster;

import java.util.List;
import java.util.stream.IntStream;

/** Addresses, names and ports of the development cluster. */
public final class Addresses {

  public static final String CLUSTER_RANGE = "10.244.0.0/16";
  public static final String SERVICE_RANGE = "10.96.0.0/16";
  public static final String DNS = "10.96.0.10";
  public static final String DOMAIN = "cluster.local";

  /** The machine itself, on the bridge between the nodes. */
  public static final String MACHINE = "10.200.0.1";

  public static final int API_PORT = 6443;
  public static final int KUBELET_PORT = 10250;

  /** Of health, where Kubernetes' components have it. */
  public static final int PROXY_PORT = 10256;

  public static final int CONTROLLERS_PORT = 10257;
  public static final int SCHEDULER_PORT = 10259;
  public static final String BRIDGE_NAMESPACE = "kfab";
  public static final String BRIDGE = "kbr0";
  public static final String MACHINE_LINK = "khost0";

  /** Nodes that fit into the addresses 10.200.0.11 and up, with room in a small machine. */
  public static final int NODES_LIMIT = 50;

  private static final int FIRST_STORE_PORT = 2379;

  private Addresses() {}

  /** The name of node {@code number}, counted from 1; also of its network namespace. */
  public static String nodeName(int number) {
    return "kn" + number;
  }

  public static String nodeAddress(int number) {
    return "10.200.0." + (10 + number);
  }

  public static String memberName(int number) {
    return "m" + number;
  }

  public static int clientPort(int member) {
    return FIRST_STORE_PORT + 2 * (member - 1);
  }

  public static int peerPort(int member) {
    return clientPort(member) + 1;
  }

  /** The store's endpoints, for {@code --etcd-servers}. */
  public static List<String> storeEndpoints(int members) {
    return IntStream.rangeClosed(1, members)
        .mapToObj(member -> "https://127.0.0.1:" + clientPort(member))
        .toList();
  }

  /** Every port that a cluster needs on the machine's own addresses. */
  public static List<Integer> machinePorts(int members) {
    return IntStream.concat(
            IntStream.of(API_PORT, CONTROLLERS_PORT, SCHEDULER_PORT),
            IntStream.rangeClosed(1, members)
                .flatMap(member -> IntStream.of(clientPort(member), peerPort(member))))
        .boxed()
        .toList();
  }
}
