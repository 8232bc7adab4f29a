package kontiki.node.proxy.rules;

/**
 * One address behind a service port. Conditions are those of discovery.k8s.io/v1 EndpointSlice.
 *
 * @param address IPv4
 * @param local whether it is on this node
 * @param serving whether it answers, be it terminating or not
 */
public record Endpoint(
    String address, int port, boolean local, boolean ready, boolean serving, boolean terminating) {

  /** Whether new connections may go here while no endpoint is ready. */
  boolean isLastResort() {
    return serving && terminating;
  }
}
