package kontiki.node.proxy.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which tracked UDP flows to forget after the rules have changed: rules see only the first
 * packet of a flow, and a UDP flow lives as long as somebody keeps sending. Pure.
 */
public final class ConntrackPlan {

  private ConntrackPlan() {}

  /**
   * Arguments for {@code conntrack}, one list a call, in a stable order: flows by their original
   * destination whose endpoint is gone, or that began before the service had any.
   */
  public static List<List<String>> between(
      Collection<ServicePort> before, Collection<ServicePort> after) {
    Map<String, ServicePort> now = new HashMap<>();
    after.stream().filter(ConntrackPlan::isUdp).forEach(service -> now.put(service.id(), service));
    Map<String, ServicePort> old = new HashMap<>();
    before.stream().filter(ConntrackPlan::isUdp).forEach(one -> old.put(one.id(), one));
    List<List<String>> calls = new ArrayList<>();
    for (String id : new TreeSet<>(old.keySet())) {
      ServicePort was = old.get(id);
      if (was != null) {
        addGone(calls, was, now.get(id));
      }
    }
    for (String id : new TreeSet<>(now.keySet())) {
      ServicePort is = now.get(id);
      ServicePort was = old.get(id);
      boolean wasServed = was != null && !was.clusterEndpoints().isEmpty();
      if (is != null && !wasServed && !is.clusterEndpoints().isEmpty()) {
        destinations(is).forEach(destination -> calls.add(call(destination, "")));
      }
    }
    return calls;
  }

  private static void addGone(
      List<List<String>> calls, ServicePort was, @Nullable ServicePort now) {
    List<String> kept =
        now == null ? List.of() : now.clusterEndpoints().stream().map(Endpoint::address).toList();
    was.clusterEndpoints().stream()
        .map(Endpoint::address)
        .distinct()
        .filter(address -> !kept.contains(address))
        .forEach(address ->
            destinations(was).forEach(destination -> calls.add(call(destination, address))));
  }

  private static boolean isUdp(ServicePort service) {
    return service.protocol() == Protocol.UDP;
  }

  private static List<List<String>> destinations(ServicePort service) {
    List<List<String>> destinations = new ArrayList<>();
    List<String> addresses = new ArrayList<>(service.clusterAddresses());
    addresses.addAll(service.externalAddresses());
    for (String address : addresses) {
      destinations.add(
          List.of("--orig-dst", address, "--orig-port-dst", Integer.toString(service.port())));
    }
    if (service.nodePort() != 0) {
      destinations.add(List.of("--orig-port-dst", Integer.toString(service.nodePort())));
    }
    return destinations;
  }

  private static List<String> call(List<String> destination, String endpoint) {
    List<String> call = new ArrayList<>(List.of("-D", "-p", "udp"));
    call.addAll(destination);
    if (!endpoint.isEmpty()) {
      call.addAll(List.of("--dst-nat", endpoint));
    }
    return call;
  }
}
