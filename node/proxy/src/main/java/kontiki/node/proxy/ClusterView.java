package kontiki.node.proxy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kontiki.node.proxy.network.PodNetworkPlan.NodeNetwork;
import kontiki.node.proxy.rules.Endpoint;
import kontiki.node.proxy.rules.Protocol;
import kontiki.node.proxy.rules.ServicePort;
import org.jspecify.annotations.Nullable;

/**
 * Reads the API's objects into what the rules and the network are computed from. Pure; objects are
 * never changed.
 */
final class ClusterView {

  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";

  /** What the API assumes where clientIP.timeoutSeconds is absent. */
  private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

  private ClusterView() {}

  /** Every service port that this proxy serves, with its endpoints as seen from {@code node}. */
  static List<ServicePort> servicePorts(
      Collection<Service> services, Collection<EndpointSlice> slices, String node) {
    Map<String, List<EndpointSlice>> byService = new HashMap<>();
    for (EndpointSlice slice : slices) {
      String service = labels(slice.getMetadata().getLabels()).get(SERVICE_NAME);
      if (service != null && "IPv4".equals(slice.getAddressType())) {
        String key = slice.getMetadata().getNamespace() + "/" + service;
        byService.computeIfAbsent(key, absent -> new ArrayList<>()).add(slice);
      }
    }
    List<ServicePort> ports = new ArrayList<>();
    for (Service service : services) {
      if (isServed(service)) {
        String key = service.getMetadata().getNamespace() + "/" + service.getMetadata().getName();
        addPorts(ports, service, byService.getOrDefault(key, List.of()), node);
      }
    }
    return List.copyOf(ports);
  }

  private static Map<String, String> labels(@Nullable Map<String, String> labels) {
    return labels == null ? Map.of() : labels;
  }

  private static boolean isServed(Service service) {
    ServiceSpec spec = service.getSpec();
    return spec != null
        && !"ExternalName".equals(spec.getType())
        && spec.getClusterIP() != null
        && !spec.getClusterIP().isEmpty()
        && !"None".equals(spec.getClusterIP())
        && !labels(service.getMetadata().getLabels()).containsKey(OTHER_PROXY);
  }

  private static void addPorts(
      List<ServicePort> ports, Service service, List<EndpointSlice> slices, String node) {
    ServiceSpec spec = service.getSpec();
    List<String> clusterAddresses =
        list(spec.getClusterIPs()).isEmpty()
            ? List.of(spec.getClusterIP())
            : list(spec.getClusterIPs());
    List<String> balancer = balancerAddresses(service);
    List<String> external =
        Stream.concat(list(spec.getExternalIPs()).stream(), balancer.stream()).toList();
    boolean ranges = !balancer.isEmpty();
    for (io.fabric8.kubernetes.api.model.ServicePort port : list(spec.getPorts())) {
      Protocol protocol = protocol(port.getProtocol());
      String name = Objects.requireNonNullElse(port.getName(), "");
      String id =
          String.join(
              "/",
              service.getMetadata().getNamespace(),
              service.getMetadata().getName(),
              protocol.word(),
              name);
      ports.add(
          new ServicePort(
              id,
              protocol,
              ipv4(clusterAddresses),
              ipv4(external),
              ranges ? ipv4(list(spec.getLoadBalancerSourceRanges())) : List.of(),
              port.getPort(),
              port.getNodePort() == null ? 0 : port.getNodePort(),
              "Local".equals(spec.getInternalTrafficPolicy()),
              "Local".equals(spec.getExternalTrafficPolicy()),
              affinitySeconds(spec),
              endpoints(slices, name, protocol, node)));
    }
  }

  private static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static List<String> ipv4(List<String> addresses) {
    return addresses.stream().filter(address -> address.indexOf(':') < 0).distinct().toList();
  }

  private static List<String> balancerAddresses(Service service) {
    if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
      return List.of();
    }
    return list(service.getStatus().getLoadBalancer().getIngress()).stream()
        .filter(ingress -> !"Proxy".equals(ingress.getIpMode()))
        .flatMap(ingress -> Stream.ofNullable(ingress.getIp()))
        .toList();
  }

  private static int affinitySeconds(ServiceSpec spec) {
    if (!"ClientIP".equals(spec.getSessionAffinity())) {
      return 0;
    }
    return spec.getSessionAffinityConfig() == null
            || spec.getSessionAffinityConfig().getClientIP() == null
            || spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds() == null
        ? DEFAULT_AFFINITY_SECONDS
        : spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds();
  }

  private static Protocol protocol(@Nullable String name) {
    return name == null ? Protocol.TCP : Protocol.valueOf(name);
  }

  private static List<Endpoint> endpoints(
      List<EndpointSlice> slices, String portName, Protocol protocol, String node) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    for (EndpointSlice slice : slices) {
      for (EndpointPort port : list(slice.getPorts())) {
        boolean same =
            portName.equals(Objects.requireNonNullElse(port.getName(), ""))
                && protocol == protocol(port.getProtocol())
                && port.getPort() != null;
        if (same) {
          for (var endpoint : list(slice.getEndpoints())) {
            list(endpoint.getAddresses()).stream()
                .limit(1)
                .forEach(address ->
                    endpoints.add(
                        endpoint(
                            address,
                            port.getPort(),
                            node.equals(endpoint.getNodeName()),
                            endpoint.getConditions())));
          }
        }
      }
    }
    return List.copyOf(endpoints);
  }

  /** Absent conditions mean what discovery.k8s.io/v1 says: ready, serving as ready, not ending. */
  private static Endpoint endpoint(
      String address, int port, boolean local, @Nullable EndpointConditions conditions) {
    boolean ready = conditions == null || isTrue(conditions.getReady(), true);
    boolean serving = conditions == null ? ready : isTrue(conditions.getServing(), ready);
    boolean terminating = conditions != null && isTrue(conditions.getTerminating(), false);
    return new Endpoint(address, port, local, ready, serving, terminating);
  }

  private static boolean isTrue(@Nullable Boolean value, boolean otherwise) {
    return value == null ? otherwise : value;
  }

  /** The nodes as the pod network sees them. */
  static List<NodeNetwork> nodes(Collection<Node> nodes) {
    return nodes.stream().map(ClusterView::network).toList();
  }

  private static NodeNetwork network(Node node) {
    Optional<String> range =
        Optional.ofNullable(node.getSpec())
            .map(spec -> spec.getPodCIDR())
            .filter(text -> !text.isEmpty() && text.indexOf(':') < 0);
    Optional<String> address =
        node.getStatus() == null
            ? Optional.empty()
            : list(node.getStatus().getAddresses()).stream()
                .filter(one -> "InternalIP".equals(one.getType()))
                .map(NodeAddress::getAddress)
                .filter(text -> text.indexOf(':') < 0)
                .findFirst();
    return new NodeNetwork(node.getMetadata().getName(), range, address);
  }
}
