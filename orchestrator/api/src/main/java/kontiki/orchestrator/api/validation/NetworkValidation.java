package kontiki.orchestrator.api.validation;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.IpAddresses;
import kontiki.orchestrator.api.value.Names;
import org.jspecify.annotations.Nullable;

/** Endpoints, endpoint slices, ingresses and network policies. */
final class NetworkValidation {
  private static final int MAX_ENDPOINTS = 1000;
  private static final int MAX_ADDRESSES = 100;
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

  private NetworkValidation() {}

  static void endpoints(JsonObject object, @Nullable JsonObject old, Checks checks) {
    List<JsonObject> subsets = object.objects("subsets");
    for (int i = 0; i < subsets.size(); i++) {
      String at = "subsets[" + i + "]";
      JsonObject subset = subsets.get(i);
      if (subset.objects("addresses").isEmpty() && subset.objects("notReadyAddresses").isEmpty()) {
        checks.required(at, "must specify `addresses` or `notReadyAddresses`");
      }
      for (String list : new String[] {"addresses", "notReadyAddresses"}) {
        List<JsonObject> addresses = subset.objects(list);
        for (int j = 0; j < addresses.size(); j++) {
          address(addresses.get(j).string("ip", ""), at + "." + list + "[" + j + "].ip", checks);
        }
      }
      List<JsonObject> ports = subset.objects("ports");
      for (int j = 0; j < ports.size(); j++) {
        port(ports.get(j), at + ".ports[" + j + "]", ports.size() > 1, checks);
      }
    }
  }

  private static void address(String ip, String field, Checks checks) {
    if (!IpAddresses.isAddress(ip)) {
      checks.invalid(field, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    } else if (ip.startsWith("127.") || ip.equals("::1")) {
      checks.invalid(field, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    } else if (ip.startsWith("169.254.") || ip.startsWith("fe80:")) {
      checks.invalid(field, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
  }

  private static void port(JsonObject port, String at, boolean nameNeeded, Checks checks) {
    String name = port.string("name", "");
    if (name.isEmpty()) {
      if (nameNeeded) {
        checks.required(at + ".name", "");
      }
    } else {
      checks.named(at + ".name", name, Names.dnsLabel(name));
    }
    Long number = port.integer("port");
    if (number != null) {
      for (String words : Names.portNumber(number)) {
        checks.invalid(at + ".port", number, words);
      }
    }
    checks.oneOf(port.get("protocol"), at + ".protocol", PROTOCOLS);
  }

  static void slice(JsonObject object, @Nullable JsonObject old, Checks checks) {
    String type = object.string("addressType", "");
    if (checks.present(object, "addressType", "addressType")) {
      checks.oneOf(type, "addressType", List.of("FQDN", "IPv4", "IPv6"));
    }
    List<JsonObject> endpoints = object.objects("endpoints");
    if (endpoints.size() > MAX_ENDPOINTS) {
      checks.add(
          FieldError.Type.TOO_MANY,
          "endpoints",
          (long) endpoints.size(),
          "must have at most " + MAX_ENDPOINTS + " items");
    }
    for (int i = 0; i < endpoints.size(); i++) {
      List<String> addresses = endpoints.get(i).strings("addresses");
      String at = "endpoints[" + i + "].addresses";
      if (addresses.isEmpty()) {
        checks.required(at, "must contain at least 1 address");
      } else if (addresses.size() > MAX_ADDRESSES) {
        checks.add(
            FieldError.Type.TOO_MANY,
            at,
            (long) addresses.size(),
            "must have at most " + MAX_ADDRESSES + " items");
      }
      for (int j = 0; j < addresses.size(); j++) {
        sliceAddress(type, addresses.get(j), at + "[" + j + "]", checks);
      }
    }
    List<JsonObject> ports = object.objects("ports");
    checks.distinct(ports, "name", "ports");
    for (int i = 0; i < ports.size(); i++) {
      port(ports.get(i), "ports[" + i + "]", false, checks);
    }
    if (old != null) {
      checks.same(type, old.get("addressType"), "addressType");
    }
  }

  private static void sliceAddress(String type, String address, String field, Checks checks) {
    switch (type) {
      case "IPv4" -> {
        if (!IpAddresses.isV4(address)) {
          checks.invalid(field, address, "must be a valid IPv4 address");
        } else {
          address(address, field, checks);
        }
      }
      case "IPv6" -> {
        if (!IpAddresses.isV6(address)) {
          checks.invalid(field, address, "must be a valid IPv6 address");
        } else {
          address(address, field, checks);
        }
      }
      case "FQDN" -> checks.named(field, address, Names.dnsSubdomain(address));
      default -> {
        // The type itself is what is wrong.
      }
    }
  }

  static void ingress(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    List<JsonObject> rules = spec.objects("rules");
    JsonObject backend = spec.object("defaultBackend");
    if (rules.isEmpty() && backend == null) {
      checks.invalid("spec", rules, "either `defaultBackend` or `rules` must be specified");
    }
    if (backend != null) {
      backend(backend, "spec.defaultBackend", checks);
    }
    for (int i = 0; i < rules.size(); i++) {
      String at = "spec.rules[" + i + "]";
      String host = rules.get(i).string("host", "");
      if (IpAddresses.isAddress(host)) {
        checks.invalid(at + ".host", host, "must be a DNS name, not an IP address");
      } else if (!host.isEmpty()) {
        String plain = host.startsWith("*.") ? host.substring(2) : host;
        checks.named(at + ".host", host, Names.dnsSubdomain(plain));
      }
      JsonObject http = rules.get(i).object("http");
      if (http != null) {
        paths(http.objects("paths"), at + ".http.paths", checks);
      }
    }
  }

  private static void paths(List<JsonObject> paths, String field, Checks checks) {
    if (paths.isEmpty()) {
      checks.required(field, "");
    }
    for (int i = 0; i < paths.size(); i++) {
      JsonObject path = paths.get(i);
      String at = field + "[" + i + "]";
      String type = path.string("pathType", "");
      if (type.isEmpty()) {
        checks.required(at + ".pathType", "pathType must be specified");
      }
      checks.oneOf(type, at + ".pathType", List.of("Exact", "ImplementationSpecific", "Prefix"));
      String text = path.string("path", "");
      if (!type.equals("ImplementationSpecific") && !text.startsWith("/")) {
        checks.invalid(at + ".path", text, "must be an absolute path");
      }
      backend(Validation.part(path, "backend"), at + ".backend", checks);
    }
  }

  private static void backend(JsonObject backend, String field, Checks checks) {
    JsonObject service = backend.object("service");
    if (service == null) {
      if (backend.object("resource") == null) {
        checks.required(field, "");
      }
      return;
    }
    if (checks.present(service, "name", field + ".service.name")) {
      String name = service.string("name", "");
      checks.named(field + ".service.name", name, Names.dns1035Label(name));
    }
    JsonObject port = Validation.part(service, "port");
    boolean named = !port.string("name", "").isEmpty();
    long number = port.integer("number", 0);
    if (named && number != 0) {
      checks.invalid(field, "", "cannot set both port name & port number");
    } else if (!named) {
      for (String words : Names.portNumber(number)) {
        checks.invalid(field + ".service.port.number", number, words);
      }
    }
  }

  static void networkPolicy(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    checks.selector(spec.object("podSelector"), "spec.podSelector");
    direction(spec, "ingress", "from", checks);
    direction(spec, "egress", "to", checks);
    for (String type : spec.strings("policyTypes")) {
      checks.oneOf(type, "spec.policyTypes", List.of("Egress", "Ingress"));
    }
  }

  private static void direction(JsonObject spec, String list, String peers, Checks checks) {
    List<JsonObject> rules = spec.objects(list);
    for (int i = 0; i < rules.size(); i++) {
      String at = "spec." + list + "[" + i + "]";
      List<JsonObject> ports = rules.get(i).objects("ports");
      for (int j = 0; j < ports.size(); j++) {
        policyPort(ports.get(j), at + ".ports[" + j + "]", checks);
      }
      List<JsonObject> all = rules.get(i).objects(peers);
      for (int j = 0; j < all.size(); j++) {
        peer(all.get(j), at + "." + peers + "[" + j + "]", checks);
      }
    }
  }

  private static void policyPort(JsonObject port, String at, Checks checks) {
    checks.oneOf(port.get("protocol"), at + ".protocol", PROTOCOLS);
    Object number = port.get("port");
    if (number instanceof Long value) {
      for (String words : Names.portNumber(value)) {
        checks.invalid(at + ".port", value, words);
      }
      Long end = port.integer("endPort");
      if (end != null && end < value) {
        checks.invalid(at + ".endPort", end, "must be greater than or equal to `port`");
      }
    } else if (number instanceof String name) {
      checks.named(at + ".port", name, Names.portName(name));
    }
  }

  private static void peer(JsonObject peer, String at, Checks checks) {
    JsonObject block = peer.object("ipBlock");
    checks.selector(peer.object("podSelector"), at + ".podSelector");
    checks.selector(peer.object("namespaceSelector"), at + ".namespaceSelector");
    boolean selects =
        peer.object("podSelector") != null || peer.object("namespaceSelector") != null;
    if (block == null && !selects) {
      checks.required(at, "must specify a peer");
    } else if (block != null && selects) {
      checks.forbidden(at, "may not specify both ipBlock and another peer");
    } else if (block != null) {
      String cidr = block.string("cidr", "");
      if (cidr.isEmpty()) {
        checks.required(at + ".ipBlock.cidr", "");
      } else if (!IpAddresses.isCidr(cidr)) {
        checks.invalid(
            at + ".ipBlock.cidr",
            cidr,
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
      }
    }
  }
}
