package kontiki.orchestrator.client.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The discovery documents of {@link MemoryApi}: the kinds that control loops use. */
final class MemoryDiscovery {
  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private MemoryDiscovery() {}

  static Map<String, Object> document(String path) {
    List<Object> groups = new ArrayList<>();
    if (path.equals("/api")) {
      groups.add(
          group(
              "",
              List.of(
                  resource("namespaces", "Namespace", false),
                  resource("nodes", "Node", false),
                  resource("pods", "Pod", true),
                  resource("services", "Service", true),
                  resource("serviceaccounts", "ServiceAccount", true),
                  resource("secrets", "Secret", true),
                  resource("configmaps", "ConfigMap", true),
                  resource("endpoints", "Endpoints", true),
                  resource("events", "Event", true))));
    } else {
      groups.add(
          group(
              "apps",
              List.of(
                  resource("replicasets", "ReplicaSet", true),
                  resource("deployments", "Deployment", true),
                  resource("controllerrevisions", "ControllerRevision", true),
                  resource("daemonsets", "DaemonSet", true),
                  resource("statefulsets", "StatefulSet", true))));
      groups.add(group("batch", List.of(resource("jobs", "Job", true))));
      groups.add(
          group("discovery.k8s.io", List.of(resource("endpointslices", "EndpointSlice", true))));
      groups.add(group("coordination.k8s.io", List.of(resource("leases", "Lease", true))));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", "APIGroupDiscoveryList");
    out.put("apiVersion", "apidiscovery.k8s.io/v2");
    out.put("items", groups);
    return out;
  }

  private static Map<String, Object> group(String name, List<Map<String, Object>> resources) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("metadata", Map.of("name", name));
    out.put("versions", List.of(Map.of("version", "v1", "resources", resources)));
    return out;
  }

  private static Map<String, Object> resource(String plural, String kind, boolean namespaced) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("resource", plural);
    out.put("responseKind", Map.of("group", "", "version", "", "kind", kind));
    out.put("scope", namespaced ? "Namespaced" : "Cluster");
    out.put("singularResource", plural.substring(0, plural.length() - 1));
    out.put("verbs", VERBS);
    return out;
  }
}
