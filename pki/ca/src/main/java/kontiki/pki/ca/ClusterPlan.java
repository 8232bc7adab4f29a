package kontiki.pki.ca;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who takes part in a cluster: what {@link PkiDirectory#create} issues certificates for.
 *
 * @param members store members
 * @param nodes machines that run pods
 * @param apiServerSans names and addresses by which people and components reach the API server,
 *     beyond those it always has (see {@link #allApiServerSans})
 * @param clusterDomain the DNS zone of services, such as {@code cluster.local}
 * @param serviceAddress the address of the service {@code kubernetes}: the first of the service
 *     range
 */
public record ClusterPlan(
    List<Member> members,
    List<NodePlan> nodes,
    List<String> apiServerSans,
    String clusterDomain,
    String serviceAddress) {

  /** A store member; {@code sans} are further names and addresses, beyond loopback. */
  public record Member(String name, List<String> sans) {
    public Member {
      checkName("member", name);
      sans = List.copyOf(sans);
    }
  }

  /** A node; {@code sans} are its addresses and further names. */
  public record NodePlan(String name, List<String> sans) {
    public NodePlan {
      checkName("node", name);
      sans = List.copyOf(sans);
    }
  }

  public ClusterPlan {
    members = List.copyOf(members);
    nodes = List.copyOf(nodes);
    apiServerSans = List.copyOf(apiServerSans);
    checkUnique("member", members.stream().map(Member::name).toList());
    checkUnique("node", nodes.stream().map(NodePlan::name).toList());
  }

  /** A plan with the usual zone {@code cluster.local} and service range 10.96.0.0/16. */
  public static ClusterPlan of(
      List<Member> members, List<NodePlan> nodes, List<String> apiServerSans) {
    return new ClusterPlan(members, nodes, apiServerSans, "cluster.local", "10.96.0.1");
  }

  /** Every name and address of the API server's serving certificate. */
  public List<String> allApiServerSans() {
    List<String> always =
        List.of(
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc." + clusterDomain,
            "localhost",
            "127.0.0.1",
            serviceAddress);
    return java.util.stream.Stream.concat(always.stream(), apiServerSans.stream())
        .distinct()
        .toList();
  }

  /** Names become file names and common names: a DNS-1123 subdomain is safe as both. */
  private static void checkName(String what, String name) {
    if (!name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
      throw new PkiException(
          what
              + " name '"
              + name
              + "' is not a DNS name: use lower case letters, digits, '-' and '.'");
    }
  }

  private static void checkUnique(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new PkiException(what + " name '" + name + "' is given twice");
      }
    }
  }
}
