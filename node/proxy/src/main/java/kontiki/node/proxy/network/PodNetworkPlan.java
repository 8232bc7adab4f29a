package kontiki.node.proxy.network;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the pod network of one node needs: its own pod range, if it has one yet, and the way to the
 * ranges of the other nodes. Pure and immutable.
 *
 * @param ownRange CIDR of this node's pods
 * @param routes address of the node by CIDR of its pods
 */
public record PodNetworkPlan(Optional<String> ownRange, SortedMap<String, String> routes) {

  /**
   * A node as the network sees it.
   *
   * @param podRange spec.podCIDR, once a controller has given it one
   * @param address its InternalIP, once its kubelet has said so
   */
  public record NodeNetwork(String name, Optional<String> podRange, Optional<String> address) {}

  /** The plan for the node {@code own} among all nodes. */
  public static PodNetworkPlan of(Collection<NodeNetwork> nodes, String own) {
    SortedMap<String, String> routes = new TreeMap<>();
    Optional<String> ownRange = Optional.empty();
    for (NodeNetwork node : nodes) {
      if (node.name().equals(own)) {
        ownRange = node.podRange();
      } else if (node.podRange().isPresent() && node.address().isPresent()) {
        routes.put(node.podRange().get(), node.address().get());
      }
    }
    return new PodNetworkPlan(ownRange, routes);
  }

  /** The routes to add or to point elsewhere, given those that are there. */
  public SortedMap<String, String> missing(SortedMap<String, String> there) {
    SortedMap<String, String> missing = new TreeMap<>(routes);
    missing.entrySet().removeIf(one -> Objects.equals(there.get(one.getKey()), one.getValue()));
    return missing;
  }

  /** The routes that are there and lead to nobody any more. */
  public SortedMap<String, String> surplus(SortedMap<String, String> there) {
    SortedMap<String, String> surplus = new TreeMap<>(there);
    surplus.keySet().removeAll(routes.keySet());
    return surplus;
  }
}
