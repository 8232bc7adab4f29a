package kontiki.orchestrator.apiserver.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.FieldIndex;

/** Which fields the field selectors of each built-in resource may name. */
final class FieldIndexes {
  private static final Map<String, List<String>> EXTRA =
      Map.ofEntries(
          Map.entry(
              "pods",
              List.of(
                  "spec.nodeName",
                  "spec.restartPolicy",
                  "spec.schedulerName",
                  "spec.serviceAccountName",
                  "spec.hostNetwork",
                  "status.phase",
                  "status.podIP",
                  "status.nominatedNodeName")),
          Map.entry(
              "events",
              List.of(
                  "involvedObject.kind",
                  "involvedObject.namespace",
                  "involvedObject.name",
                  "involvedObject.uid",
                  "involvedObject.apiVersion",
                  "involvedObject.resourceVersion",
                  "involvedObject.fieldPath",
                  "reason",
                  "reportingComponent",
                  "type")),
          Map.entry("secrets", List.of("type")),
          Map.entry("nodes", List.of("spec.unschedulable")),
          Map.entry("namespaces", List.of("status.phase")),
          Map.entry("services", List.of("spec.clusterIP", "spec.type")),
          Map.entry("replicationcontrollers", List.of("status.replicas")),
          Map.entry("replicasets.apps", List.of("status.replicas")),
          Map.entry("jobs.batch", List.of("status.successful")),
          Map.entry("certificatesigningrequests.certificates.k8s.io", List.of("spec.signerName")));

  private FieldIndexes() {}

  static boolean allows(ResourceType type, String field) {
    return field.equals("metadata.name")
        || (field.equals("metadata.namespace") && type.namespaced())
        || (field.equals("source") && type.groupResource().equals("events"))
        || EXTRA.getOrDefault(type.groupResource(), List.of()).contains(field);
  }

  static FieldIndex of(ResourceType type) {
    List<String> paths = EXTRA.getOrDefault(type.groupResource(), List.of());
    List<String[]> split = paths.stream().map(path -> path.split("\\.")).toList();
    boolean isEvent = type.groupResource().equals("events");
    return object -> {
      Map<String, String> fields = new HashMap<>(4 + paths.size());
      JsonObject metadata = object.ensureObject("metadata");
      fields.put("metadata.name", metadata.string("name", ""));
      if (type.namespaced()) {
        fields.put("metadata.namespace", metadata.string("namespace", ""));
      }
      for (int i = 0; i < split.size(); i++) {
        fields.put(paths.get(i), text(object.at(split.get(i)), paths.get(i)));
      }
      if (isEvent) {
        String component = object.stringAt("source", "component");
        fields.put(
            "source",
            component == null ? fields.getOrDefault("reportingComponent", "") : component);
      }
      return fields;
    };
  }

  private static String text(@org.jspecify.annotations.Nullable Object value, String path) {
    return switch (value) {
      case null ->
          path.equals("spec.unschedulable") || path.equals("spec.hostNetwork") ? "false" : "";
      case String text -> text;
      default -> String.valueOf(value);
    };
  }
}
