package kontiki.orchestrator.api.defaults;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/** The defaults of services and of what stands behind and before them. */
final class ServiceDefaults {
  private ServiceDefaults() {}

  static void service(JsonObject service) {
    JsonObject spec = service.ensureObject("spec");
    Absent.text(spec, "sessionAffinity", "None");
    switch (spec.string("sessionAffinity", "")) {
      case "None" -> spec.remove("sessionAffinityConfig");
      case "ClientIP" ->
          Absent.put(
              spec.ensureObject("sessionAffinityConfig").ensureObject("clientIP"),
              "timeoutSeconds",
              10_800);
      default -> {
        // Validation refuses it.
      }
    }
    Absent.text(spec, "type", "ClusterIP");
    for (JsonObject port : spec.objects("ports")) {
      Absent.text(port, "protocol", "TCP");
      Object target = port.get("targetPort");
      if (target == null || target.equals(0L) || target.equals("")) {
        port.put("targetPort", port.integer("port", 0));
      }
    }
    traffic(spec);
    for (JsonObject ingress : loadBalancerIngress(service)) {
      if (!ingress.string("ip", "").isEmpty()) {
        Absent.put(ingress, "ipMode", "VIP");
      }
    }
  }

  private static void traffic(JsonObject spec) {
    String type = spec.string("type", "");
    boolean balanced = type.equals("LoadBalancer");
    boolean onNodes = balanced || type.equals("NodePort");
    if (onNodes || type.equals("ClusterIP") && !spec.strings("externalIPs").isEmpty()) {
      Absent.text(spec, "externalTrafficPolicy", "Cluster");
    }
    if (onNodes || type.equals("ClusterIP")) {
      Absent.put(spec, "internalTrafficPolicy", "Cluster");
    }
    if (balanced) {
      Absent.put(spec, "allocateLoadBalancerNodePorts", true);
    }
  }

  private static List<JsonObject> loadBalancerIngress(JsonObject service) {
    JsonArray ingress = service.listAt("status", "loadBalancer", "ingress");
    return ingress == null ? List.of() : ingress.objects();
  }

  static void endpoints(JsonObject endpoints) {
    for (JsonObject subset : endpoints.objects("subsets")) {
      for (JsonObject port : subset.objects("ports")) {
        Absent.text(port, "protocol", "TCP");
      }
    }
  }

  static void endpointSlice(JsonObject slice) {
    for (JsonObject port : slice.objects("ports")) {
      Absent.put(port, "name", "");
      Absent.put(port, "protocol", "TCP");
    }
  }

  static void networkPolicy(JsonObject policy) {
    JsonObject spec = policy.ensureObject("spec");
    if (spec.strings("policyTypes").isEmpty()) {
      JsonArray types = JsonArray.of("Ingress");
      if (!spec.objects("egress").isEmpty()) {
        types.append("Egress");
      }
      spec.put("policyTypes", types);
    }
    for (String direction : new String[] {"ingress", "egress"}) {
      for (JsonObject rule : spec.objects(direction)) {
        for (JsonObject port : rule.objects("ports")) {
          Absent.put(port, "protocol", "TCP");
        }
      }
    }
  }

  static void ingressClass(JsonObject ingressClass) {
    JsonObject parameters = ingressClass.objectAt("spec", "parameters");
    if (parameters != null) {
      Absent.put(parameters, "scope", "Cluster");
    }
  }
}
