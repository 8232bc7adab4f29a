package kontiki.node.proxy.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kontiki.node.proxy.rules.RuleSet.Chain;
import kontiki.node.proxy.rules.RuleSet.VerdictMap;

/**
 * Computes the rule set of a node from the services: pure, and equal for equal services. One
 * instance computes one rule set; it is not shared between threads.
 *
 * <p>A new connection is looked up by destination, protocol and port; the verdict leads to the
 * chain of the service, which picks an endpoint at random and rewrites the destination. What still
 * carries an address of the service range afterwards belongs to nobody: it is rejected, never
 * forwarded. The rules follow what kube-proxy's nftables mode does (KEP-3866).
 */
public final class ServiceRules {

  /** The table's name; nobody else writes to it. */
  public static final String TABLE = "kontiki-proxy";

  /** The bit of a packet's mark that asks for masquerading, as kube-proxy uses it. */
  static final String MASQUERADE_BIT = "0x4000";

  /** Clients that one affinity set remembers at most; more are spread anew. */
  static final int AFFINITY_CLIENTS_LIMIT = 65_535;

  private static final int NAME_LIMIT = 96;

  private final String clusterRange;
  private final String serviceRange;
  private final SortedMap<String, String> sets = new TreeMap<>();
  private final SortedMap<String, String> services = new TreeMap<>();
  private final SortedMap<String, String> nodePorts = new TreeMap<>();
  private final SortedMap<String, String> refusedServices = new TreeMap<>();
  private final SortedMap<String, String> refusedNodePorts = new TreeMap<>();
  private final SortedMap<String, Chain> chains = new TreeMap<>();

  private ServiceRules(String clusterRange, String serviceRange) {
    this.clusterRange = clusterRange;
    this.serviceRange = serviceRange;
  }

  /**
   * The rules for these services.
   *
   * @param clusterRange CIDR of all pods
   * @param serviceRange CIDR of the services' addresses
   */
  public static RuleSet of(
      Collection<ServicePort> services, String clusterRange, String serviceRange) {
    ServiceRules rules = new ServiceRules(clusterRange, serviceRange);
    services.forEach(rules::add);
    rules.addFrame();
    SortedMap<String, VerdictMap> maps = new TreeMap<>();
    String byAddress = "type ipv4_addr . inet_proto . inet_service : verdict;";
    String byPort = "type inet_proto . inet_service : verdict;";
    maps.put("services", new VerdictMap(byAddress, rules.services));
    maps.put("nodeports", new VerdictMap(byPort, rules.nodePorts));
    maps.put("refused-services", new VerdictMap(byAddress, rules.refusedServices));
    maps.put("refused-nodeports", new VerdictMap(byPort, rules.refusedNodePorts));
    return new RuleSet("ip", TABLE, rules.sets, maps, rules.chains);
  }

  /** The chains that are there whatever the services are. */
  private void addFrame() {
    chain("reject-it", "meta l4proto tcp reject with tcp reset;", "reject;");
    chain("mark-it", "meta mark set meta mark | " + MASQUERADE_BIT + ";");
    chain(
        "dispatch",
        "ip daddr . meta l4proto . th dport vmap @services;",
        "fib daddr type local meta l4proto . th dport vmap @nodeports;");
    hook("nat-prerouting", "type nat hook prerouting priority dstnat;", "jump dispatch;");
    hook("nat-output", "type nat hook output priority -100;", "jump dispatch;");
    hook(
        "nat-postrouting",
        "type nat hook postrouting priority srcnat;",
        "meta mark & "
            + MASQUERADE_BIT
            + " != 0 meta mark set meta mark & 0xffffbfff masquerade fully-random;",
        "ip saddr " + clusterRange + " ip daddr != " + clusterRange + " masquerade fully-random;");
    chain(
        "refuse",
        "ip daddr . meta l4proto . th dport vmap @refused-services;",
        "fib daddr type local meta l4proto . th dport vmap @refused-nodeports;",
        "ip daddr " + serviceRange + " goto reject-it;");
    hook(
        "filter-input",
        "type filter hook input priority filter;",
        // route_localnet lets neighbours send to 127.0.0.1: only what was rewritten may arrive.
        "iifname != \"lo\" ip daddr 127.0.0.0/8 ct state new drop;",
        "ct state new jump refuse;");
    for (String where : List.of("forward", "output")) {
      hook(
          "filter-" + where,
          "type filter hook " + where + " priority filter;",
          "ct state new jump refuse;",
          "ip daddr " + serviceRange + " drop;");
    }
  }

  private void add(ServicePort service) {
    List<Endpoint> cluster = service.clusterEndpoints();
    List<Endpoint> local = service.localEndpoints();
    service.endpoints().stream()
        .filter(endpoint -> cluster.contains(endpoint) || local.contains(endpoint))
        .forEach(endpoint -> addEndpoint(service, endpoint));
    boolean usesLocal = service.internalLocal() || service.externalLocal() && service.isExternal();
    if (!cluster.isEmpty()) {
      chain(name("cluster", service), spread(service, cluster));
    }
    if (usesLocal && !local.isEmpty()) {
      chain(name("local", service), spread(service, local));
    }
    addInternal(service);
    if (service.isExternal()) {
      addExternal(service, !cluster.isEmpty(), !local.isEmpty());
    }
  }

  private void addInternal(ServicePort service) {
    boolean served = !service.internalEndpoints().isEmpty();
    if (served && !service.clusterAddresses().isEmpty()) {
      chain(
          name("service", service),
          "ip saddr != " + clusterRange + " jump mark-it;",
          "goto " + name(service.internalLocal() ? "local" : "cluster", service) + ";");
    }
    for (String address : service.clusterAddresses()) {
      String key = key(address, service);
      if (served) {
        services.put(key, "goto " + name("service", service));
      } else {
        // Nothing at all: refused at once. Only elsewhere: silently dropped, as the API says.
        refusedServices.put(key, service.clusterEndpoints().isEmpty() ? "goto reject-it" : "drop");
      }
    }
  }

  private void addExternal(ServicePort service, boolean anywhere, boolean here) {
    String verdict = "goto " + name("external", service);
    String limited = service.sourceRanges().isEmpty() ? verdict : "goto " + name("guard", service);
    if (anywhere) {
      chain(name("external", service), externalRules(service, here));
      if (!service.sourceRanges().isEmpty()) {
        String ranges = String.join(", ", service.sourceRanges());
        chain(name("guard", service), "ip saddr { " + ranges + " } " + verdict + ";");
      }
    }
    String refusal = anywhere ? "drop" : "goto reject-it";
    boolean mayMiss = !anywhere || service.externalLocal() && !here;
    for (String address : service.externalAddresses()) {
      if (anywhere) {
        services.put(key(address, service), limited);
      }
      if (mayMiss || !service.sourceRanges().isEmpty()) {
        refusedServices.put(key(address, service), refusal);
      }
    }
    if (service.nodePort() != 0) {
      String key = service.protocol().word() + " . " + service.nodePort();
      if (anywhere) {
        nodePorts.put(key, verdict);
      }
      if (mayMiss) {
        refusedNodePorts.put(key, refusal);
      }
    }
  }

  private String[] externalRules(ServicePort service, boolean here) {
    String cluster = name("cluster", service);
    if (!service.externalLocal()) {
      return new String[] {"jump mark-it;", "goto " + cluster + ";"};
    }
    List<String> rules = new ArrayList<>();
    // Pods and the node itself are inside: the policy for traffic from outside is not theirs.
    rules.add("ip saddr " + clusterRange + " goto " + cluster + ";");
    rules.add("fib saddr type local jump mark-it;");
    rules.add("fib saddr type local goto " + cluster + ";");
    if (here) {
      rules.add("goto " + name("local", service) + ";");
    }
    return rules.toArray(String[]::new);
  }

  private String[] spread(ServicePort service, List<Endpoint> endpoints) {
    List<String> rules = new ArrayList<>();
    if (service.affinitySeconds() > 0) {
      for (Endpoint endpoint : endpoints) {
        rules.add(
            "ip saddr @"
                + name("affinity", service, endpoint)
                + " goto "
                + name("endpoint", service, endpoint)
                + ";");
      }
    }
    if (endpoints.size() == 1) {
      rules.add("goto " + name("endpoint", service, endpoints.getFirst()) + ";");
    } else {
      rules.add(
          IntStream.range(0, endpoints.size())
              .mapToObj(i -> i + " : goto " + name("endpoint", service, endpoints.get(i)))
              .collect(
                  Collectors.joining(
                      ", ", "numgen random mod " + endpoints.size() + " vmap { ", " };")));
    }
    return rules.toArray(String[]::new);
  }

  private void addEndpoint(ServicePort service, Endpoint endpoint) {
    List<String> rules = new ArrayList<>();
    rules.add("ip saddr " + endpoint.address() + " jump mark-it;");
    if (service.affinitySeconds() > 0) {
      String set = name("affinity", service, endpoint);
      sets.put(
          set,
          "type ipv4_addr; flags dynamic,timeout; size "
              + AFFINITY_CLIENTS_LIMIT
              + "; timeout "
              + service.affinitySeconds()
              + "s;");
      rules.add("update @" + set + " { ip saddr };");
    }
    rules.add(
        "meta l4proto "
            + service.protocol().word()
            + " dnat to "
            + endpoint.address()
            + ":"
            + endpoint.port()
            + ";");
    chain(name("endpoint", service, endpoint), rules.toArray(String[]::new));
  }

  private void chain(String name, String... rules) {
    hook(name, "", rules);
  }

  private void hook(String name, String hook, String... rules) {
    chains.put(name, new Chain(hook, List.of(rules)));
  }

  private static String key(String address, ServicePort service) {
    return address + " . " + service.protocol().word() + " . " + service.port();
  }

  private static String name(String kind, ServicePort service) {
    return bounded(kind, service.id(), "");
  }

  /** An affinity set's definition holds its time: another time is another set. */
  private static String name(String kind, ServicePort service, Endpoint endpoint) {
    String rest = "/" + endpoint.address() + "/" + endpoint.port();
    String time = kind.equals("affinity") ? "/" + service.affinitySeconds() : "";
    return bounded(kind, service.id(), rest + time);
  }

  /** A name that nftables takes, unique by its hash and readable for people. */
  private static String bounded(String kind, String id, String rest) {
    String whole = id + rest;
    String name = kind + "-" + hash(whole) + "-" + whole;
    return name.length() <= NAME_LIMIT ? name : name.substring(0, NAME_LIMIT);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
