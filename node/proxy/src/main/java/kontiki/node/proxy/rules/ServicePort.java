package kontiki.node.proxy.rules;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * One port of a service with what stands behind it: everything the rules need, and nothing else.
 *
 * @param id namespace/name/protocol/port name: unique in a cluster
 * @param clusterAddresses IPv4 cluster addresses; none for a headless service
 * @param externalAddresses externalIPs and the addresses of a load balancer
 * @param sourceRanges who may use the external addresses of a load balancer; empty: everyone
 * @param nodePort 0 if there is none
 * @param internalLocal internalTrafficPolicy Local
 * @param externalLocal externalTrafficPolicy Local
 * @param affinitySeconds how long a client stays with an endpoint; 0: not at all
 */
public record ServicePort(
    String id,
    Protocol protocol,
    List<String> clusterAddresses,
    List<String> externalAddresses,
    List<String> sourceRanges,
    int port,
    int nodePort,
    boolean internalLocal,
    boolean externalLocal,
    int affinitySeconds,
    List<Endpoint> endpoints) {

  private static final Comparator<Endpoint> ORDER =
      Comparator.comparing(Endpoint::address).thenComparing(Endpoint::port);

  public ServicePort {
    clusterAddresses = List.copyOf(clusterAddresses);
    externalAddresses = List.copyOf(externalAddresses);
    sourceRanges = List.copyOf(sourceRanges);
    endpoints = endpoints.stream().sorted(ORDER).toList();
  }

  /** Whether something outside the pod network can reach it by an address of a node or its own. */
  boolean isExternal() {
    return nodePort != 0 || !externalAddresses.isEmpty();
  }

  /** The endpoints of any node that new connections go to. */
  public List<Endpoint> clusterEndpoints() {
    return usable(endpoint -> true);
  }

  /** The endpoints of this node that new connections go to. */
  public List<Endpoint> localEndpoints() {
    return usable(Endpoint::local);
  }

  /** Where connections to the cluster address go. */
  public List<Endpoint> internalEndpoints() {
    return internalLocal ? localEndpoints() : clusterEndpoints();
  }

  /**
   * The ready ones; if there is none, those that still serve while they end (KEP-1669, proxy
   * terminating endpoints).
   */
  private List<Endpoint> usable(Predicate<Endpoint> here) {
    List<Endpoint> ready = endpoints.stream().filter(here).filter(Endpoint::ready).toList();
    return ready.isEmpty()
        ? endpoints.stream().filter(here).filter(Endpoint::isLastResort).toList()
        : ready;
  }
}
