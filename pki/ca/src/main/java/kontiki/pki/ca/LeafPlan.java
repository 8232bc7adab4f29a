package kontiki.pki.ca;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One certificate that a set needs: its file name, its subject, what it may be used for and what it
 * must be valid for.
 *
 * @param name the file name below the set, without its ending
 * @param commonName the user name that servers see in a client certificate
 * @param organization the group that servers see, if any
 * @param use what the extended key usage allows
 * @param sans DNS names and IP addresses; empty in a pure client certificate
 */
record LeafPlan(
    CertificateSet set,
    String name,
    String commonName,
    @Nullable String organization,
    Use use,
    List<String> sans) {

  /** Extended key usages: exactly what the holder does, never more. */
  enum Use {
    SERVER(true, false, "server"),
    CLIENT(false, true, "client"),
    PEER(true, true, "server and client");

    final boolean server;
    final boolean client;
    private final String text;

    Use(boolean server, boolean client, String text) {
      this.server = server;
      this.client = client;
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** Every leaf of a cluster, in the order in which they are issued. */
  static List<LeafPlan> of(ClusterPlan plan) {
    List<LeafPlan> leaves = new ArrayList<>();
    for (ClusterPlan.Member member : plan.members()) {
      List<String> sans = withLoopback(member.name(), member.sans());
      leaves.add(leaf(CertificateSet.STORE_PEER, member.name(), Use.PEER, sans));
      leaves.add(leaf(CertificateSet.STORE_CLIENT, member.name(), Use.SERVER, sans));
    }
    leaves.add(client(CertificateSet.STORE_CLIENT, "apiserver", "kube-apiserver", null));
    leaves.add(client(CertificateSet.STORE_CLIENT, "kv", "root", null));
    addControlPlane(leaves, plan);
    for (ClusterPlan.NodePlan node : plan.nodes()) {
      List<String> sans = withLoopback(node.name(), node.sans());
      String user = "system:node:" + node.name();
      CertificateSet kubelet = CertificateSet.API_SERVER_NODE;
      leaves.add(new LeafPlan(kubelet, node.name(), user, "system:nodes", Use.SERVER, sans));
      leaves.add(client(kubelet, node.name() + "-client", user, "system:nodes"));
      leaves.add(leaf(CertificateSet.NODE, node.name(), Use.PEER, sans));
    }
    checkNames(leaves);
    return leaves;
  }

  /** What a leaf is for, by its place alone: the plan it was issued under may be gone. */
  static Use use(CertificateSet set, String name) {
    return switch (set) {
      case STORE_PEER, NODE -> Use.PEER;
      case STORE_CLIENT -> name.equals("apiserver") || name.equals("kv") ? Use.CLIENT : Use.SERVER;
      case API_SERVER -> name.equals("apiserver") ? Use.SERVER : Use.CLIENT;
      case API_SERVER_NODE ->
          name.equals("apiserver") || name.endsWith("-client") ? Use.CLIENT : Use.SERVER;
    };
  }

  /** The leaves that a set has in every cluster. */
  static List<String> alwaysThere(CertificateSet set) {
    return switch (set) {
      case STORE_PEER -> List.of();
      case NODE -> List.of(PkiDirectory.HEALTH);
      case STORE_CLIENT -> List.of("apiserver", "kv");
      case API_SERVER -> List.of("apiserver", "admin", "controllers", "scheduler", "proxy");
      case API_SERVER_NODE -> List.of("apiserver");
    };
  }

  private static void addControlPlane(List<LeafPlan> leaves, ClusterPlan plan) {
    CertificateSet set = CertificateSet.API_SERVER;
    List<String> sans = plan.allApiServerSans();
    leaves.add(new LeafPlan(set, "apiserver", "kube-apiserver", null, Use.SERVER, sans));
    leaves.add(client(set, "admin", "kubernetes-admin", "system:masters"));
    leaves.add(client(set, "controllers", "system:kube-controller-manager", null));
    leaves.add(client(set, "scheduler", "system:kube-scheduler", null));
    leaves.add(client(set, "proxy", "system:kube-proxy", null));
    leaves.add(
        client(CertificateSet.API_SERVER_NODE, "apiserver", "kube-apiserver-kubelet-client", null));
    String health = PkiDirectory.HEALTH;
    leaves.add(leaf(CertificateSet.NODE, health, Use.PEER, withLoopback(health, List.of())));
  }

  private static LeafPlan leaf(CertificateSet set, String name, Use use, List<String> sans) {
    return new LeafPlan(set, name, name, null, use, sans);
  }

  private static LeafPlan client(
      CertificateSet set, String name, String user, @Nullable String group) {
    return new LeafPlan(set, name, user, group, Use.CLIENT, List.of());
  }

  private static List<String> withLoopback(String name, List<String> sans) {
    return Stream.concat(Stream.of(name, "localhost", "127.0.0.1"), sans.stream())
        .distinct()
        .toList();
  }

  /** A member called {@code kv} or a node called {@code apiserver} would take another's file. */
  private static void checkNames(List<LeafPlan> leaves) {
    Map<String, LeafPlan> files = new LinkedHashMap<>();
    for (LeafPlan leaf : leaves) {
      String file = leaf.set.directory() + "/" + leaf.name;
      if (leaf.name.equals("ca") || files.put(file, leaf) != null) {
        throw new PkiException(
            "the name '"
                + leaf.name
                + "' is taken in the set "
                + leaf.set.directory()
                + ": give the member or node another name");
      }
    }
  }
}
