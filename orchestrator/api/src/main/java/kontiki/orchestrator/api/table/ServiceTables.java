package kontiki.orchestrator.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Services and what belongs to them: endpoints, ingresses, network policies, addresses. */
final class ServiceTables {
  private static final int SHOWN_ENDPOINTS = 3;

  private ServiceTables() {}

  static void addTo(Map<String, TableLayout> all) {
    all.put(
        "Service",
        TableLayout.of(
            ServiceTables::service,
            "Name",
            "Type",
            "Cluster-IP",
            "External-IP",
            "Port(s)",
            "Age",
            "-Selector"));
    all.put("Endpoints", TableLayout.of(ServiceTables::endpoints, "Name", "Endpoints", "Age"));
    all.put(
        "EndpointSlice.discovery.k8s.io",
        TableLayout.of(
            ServiceTables::endpointSlice, "Name", "AddressType", "Ports", "Endpoints", "Age"));
    all.put(
        "Ingress.networking.k8s.io",
        TableLayout.of(
            ServiceTables::ingress, "Name", "Class", "Hosts", "Address", "Ports", "Age"));
    all.put(
        "IngressClass.networking.k8s.io",
        TableLayout.of(ServiceTables::ingressClass, "Name", "Controller", "Parameters", "Age"));
    all.put(
        "NetworkPolicy.networking.k8s.io",
        TableLayout.of(
            (object, row) ->
                row.name(object)
                    .add(Cells.selector(object.objectAt("spec", "podSelector")))
                    .age(object),
            "Name",
            "Pod-Selector",
            "Age"));
    all.put(
        "IPAddress.networking.k8s.io",
        TableLayout.of(ServiceTables::ipAddress, "Name", "ParentRef", "Age"));
    all.put(
        "ServiceCIDR.networking.k8s.io",
        TableLayout.of(
            (object, row) -> {
              JsonObject spec = object.object("spec");
              List<String> cidrs = spec == null ? List.of() : spec.strings("cidrs");
              row.name(object).add(String.join(",", cidrs)).age(object);
            },
            "Name",
            "CIDRs",
            "Age"));
  }

  private static void service(JsonObject object, TableLayout.Row row) {
    String type = Cells.text(object, "spec", "type");
    row.name(object)
        .add(type)
        .orNone(object.stringAt("spec", "clusterIP"))
        .add(externalAddress(object, type))
        .add(ports(object))
        .age(object)
        .add(Cells.labels(object.objectAt("spec", "selector")));
  }

  private static String externalAddress(JsonObject object, String type) {
    List<String> addresses = new ArrayList<>();
    if (type.equals("ExternalName")) {
      return Cells.text(object, "spec", "externalName");
    }
    if (type.equals("LoadBalancer")) {
      addresses.addAll(loadBalancer(object));
    }
    JsonObject spec = object.object("spec");
    if (spec != null) {
      addresses.addAll(spec.strings("externalIPs"));
    }
    if (!addresses.isEmpty()) {
      return String.join(",", addresses);
    }
    return type.equals("LoadBalancer") ? "<pending>" : "<none>";
  }

  private static List<String> loadBalancer(JsonObject object) {
    JsonObject status = object.objectAt("status", "loadBalancer");
    TreeSet<String> addresses = new TreeSet<>();
    for (JsonObject one : status == null ? List.<JsonObject>of() : status.objects("ingress")) {
      String ip = one.string("ip", "");
      addresses.add(ip.isEmpty() ? one.string("hostname", "") : ip);
    }
    return List.copyOf(addresses);
  }

  private static String ports(JsonObject object) {
    JsonObject spec = object.object("spec");
    List<JsonObject> ports = spec == null ? List.of() : spec.objects("ports");
    if (ports.isEmpty()) {
      return "<none>";
    }
    return Cells.joined(
        ports,
        port -> {
          long nodePort = port.integer("nodePort", 0);
          return port.integer("port", 0)
              + (nodePort > 0 ? ":" + nodePort : "")
              + "/"
              + port.string("protocol", "TCP");
        });
  }

  private static void endpoints(JsonObject object, TableLayout.Row row) {
    List<String> all = new ArrayList<>();
    for (JsonObject subset : object.objects("subsets")) {
      List<JsonObject> ports = subset.objects("ports");
      for (JsonObject address : subset.objects("addresses")) {
        String ip = address.string("ip", "");
        if (ports.isEmpty()) {
          all.add(ip);
        }
        ports.forEach(port -> all.add(ip + ":" + port.integer("port", 0)));
      }
    }
    row.name(object).add(firstOf(all, "<none>")).age(object);
  }

  private static String firstOf(List<String> all, String otherwise) {
    if (all.isEmpty()) {
      return otherwise;
    }
    String shown = String.join(",", all.subList(0, Math.min(SHOWN_ENDPOINTS, all.size())));
    return all.size() > SHOWN_ENDPOINTS
        ? shown + " + " + (all.size() - SHOWN_ENDPOINTS) + " more..."
        : shown;
  }

  private static void endpointSlice(JsonObject object, TableLayout.Row row) {
    List<String> ports = new ArrayList<>();
    for (JsonObject port : object.objects("ports")) {
      Long number = port.integer("port");
      String name = port.string("name", "");
      ports.add(number != null ? String.valueOf(number) : name.isEmpty() ? "*" : name);
    }
    List<String> addresses = new ArrayList<>();
    object.objects("endpoints").forEach(one -> addresses.addAll(one.strings("addresses")));
    row.name(object)
        .add(object.string("addressType", ""))
        .add(firstOf(ports, "<unset>"))
        .add(firstOf(addresses, "<unset>"))
        .age(object);
  }

  private static void ingress(JsonObject object, TableLayout.Row row) {
    JsonObject spec = object.object("spec");
    List<String> hosts = new ArrayList<>();
    for (JsonObject rule : spec == null ? List.<JsonObject>of() : spec.objects("rules")) {
      if (!rule.string("host", "").isEmpty()) {
        hosts.add(rule.string("host", ""));
      }
    }
    boolean tls = spec != null && !spec.objects("tls").isEmpty();
    row.name(object)
        .orNone(object.stringAt("spec", "ingressClassName"))
        .add(hosts.isEmpty() ? "*" : firstOf(hosts, "*"))
        .add(String.join(",", loadBalancer(object)))
        .add(tls ? "80, 443" : "80")
        .age(object);
  }

  private static void ingressClass(JsonObject object, TableLayout.Row row) {
    JsonObject parameters = object.objectAt("spec", "parameters");
    row.name(object)
        .add(Cells.text(object, "spec", "controller"))
        .add(parameters == null ? "<none>" : parametersName(parameters))
        .age(object);
  }

  private static String parametersName(JsonObject parameters) {
    @Nullable String group = parameters.string("apiGroup");
    return parameters.string("kind", "")
        + (group == null ? "" : "." + group)
        + "/"
        + parameters.string("name", "");
  }

  private static void ipAddress(JsonObject object, TableLayout.Row row) {
    JsonObject parent = object.objectAt("spec", "parentRef");
    if (parent == null) {
      row.name(object).add("<none>").age(object);
      return;
    }
    String group = parent.string("group", "");
    String namespace = parent.string("namespace", "");
    row.name(object)
        .add(
            parent.string("resource", "")
                + (group.isEmpty() ? "" : "." + group)
                + "/"
                + (namespace.isEmpty() ? "" : namespace + "/")
                + parent.string("name", ""))
        .age(object);
  }
}
