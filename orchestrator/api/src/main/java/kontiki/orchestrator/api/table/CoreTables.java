package kontiki.orchestrator.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import kontiki.orchestrator.api.tree.JsonObject;

/** Nodes, namespaces, events, configuration, quotas, leases. */
final class CoreTables {
  private static final String ROLE_LABEL = "node-role.kubernetes.io/";
  private static final String OLD_ROLE_LABEL = "kubernetes.io/role";

  private CoreTables() {}

  static void addTo(Map<String, TableLayout> all) {
    all.put(
        "Node",
        TableLayout.of(
            CoreTables::node,
            "Name",
            "Status",
            "Roles",
            "Age",
            "Version",
            "-Internal-IP",
            "-External-IP",
            "-OS-Image",
            "-Kernel-Version",
            "-Container-Runtime"));
    TableLayout events =
        TableLayout.of(
            CoreTables::event,
            "Last Seen",
            "Type",
            "Reason",
            "Object",
            "-Subobject",
            "-Source",
            "Message",
            "-First Seen",
            "-Count",
            "-Name");
    all.put("Event", events);
    all.put("Event.events.k8s.io", events);
    all.put(
        "Namespace",
        TableLayout.of(
            (object, row) ->
                row.name(object).add(Cells.text(object, "status", "phase")).age(object),
            "Name",
            "Status",
            "Age"));
    all.put("ConfigMap", TableLayout.of(CoreTables::configMap, "Name", "#Data", "Age"));
    all.put(
        "Secret",
        TableLayout.of(
            (object, row) ->
                row.name(object)
                    .add(object.string("type", ""))
                    .add(Cells.count(object.object("data")))
                    .age(object),
            "Name",
            "Type",
            "#Data",
            "Age"));
    all.put(
        "ServiceAccount",
        TableLayout.of(
            (object, row) ->
                row.name(object).add((long) object.objects("secrets").size()).age(object),
            "Name",
            "#Secrets",
            "Age"));
    all.put("ResourceQuota", TableLayout.of(CoreTables::quota, "Name", "Request", "Limit", "Age"));
    all.put(
        "Lease.coordination.k8s.io",
        TableLayout.of(
            (object, row) ->
                row.name(object).add(Cells.text(object, "spec", "holderIdentity")).age(object),
            "Name",
            "Holder",
            "Age"));
  }

  private static void node(JsonObject node, TableLayout.Row row) {
    row.name(node)
        .add(nodeStatus(node))
        .orNone(roles(node))
        .age(node)
        .add(Cells.text(node, "status", "nodeInfo", "kubeletVersion"))
        .orNone(address(node, "InternalIP"))
        .orNone(address(node, "ExternalIP"))
        .add(orUnknown(Cells.text(node, "status", "nodeInfo", "osImage")))
        .add(orUnknown(Cells.text(node, "status", "nodeInfo", "kernelVersion")))
        .add(orUnknown(Cells.text(node, "status", "nodeInfo", "containerRuntimeVersion")));
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? "<unknown>" : text;
  }

  private static String nodeStatus(JsonObject node) {
    String ready = Cells.condition(node, "Ready");
    String status = ready.isEmpty() ? "Unknown" : ready.equals("True") ? "Ready" : "NotReady";
    boolean cordoned = Boolean.TRUE.equals(node.at("spec", "unschedulable"));
    return cordoned ? status + ",SchedulingDisabled" : status;
  }

  private static String roles(JsonObject node) {
    TreeSet<String> roles = new TreeSet<>();
    JsonObject labels = node.objectAt("metadata", "labels");
    if (labels != null) {
      labels.forEach((key, value) -> {
        if (key.startsWith(ROLE_LABEL) && key.length() > ROLE_LABEL.length()) {
          roles.add(key.substring(ROLE_LABEL.length()));
        } else if (key.equals(OLD_ROLE_LABEL) && value instanceof String role) {
          roles.add(role);
        }
      });
    }
    return String.join(",", roles);
  }

  private static String address(JsonObject node, String type) {
    JsonObject status = node.object("status");
    if (status != null) {
      for (JsonObject one : status.objects("addresses")) {
        if (type.equals(one.string("type"))) {
          return one.string("address", "");
        }
      }
    }
    return "";
  }

  private static void event(JsonObject event, TableLayout.Row row) {
    JsonObject about =
        event.object("involvedObject") == null
            ? event.object("regarding")
            : event.object("involvedObject");
    String first = firstTime(event, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime");
    String series = Cells.text(event, "series", "lastObservedTime");
    String last =
        series.isEmpty()
            ? firstTime(event, "lastTimestamp", "deprecatedLastTimestamp", "eventTime")
            : series;
    long count = event.integer("count", event.integer("deprecatedCount", 0));
    String message = event.string("message", event.string("note", ""));
    row.since(last.isEmpty() ? first : last)
        .add(event.string("type", ""))
        .add(event.string("reason", ""))
        .add(
            about == null
                ? ""
                : about.string("kind", "").toLowerCase(java.util.Locale.ROOT)
                    + "/"
                    + about.string("name", ""))
        .add(about == null ? "" : about.string("fieldPath", ""))
        .add(source(event))
        .add(message.strip())
        .since(first)
        .add(Cells.integer(event, Math.max(count, 1), "series", "count"))
        .name(event);
  }

  private static String firstTime(JsonObject event, String... fields) {
    for (String field : fields) {
      String time = event.string(field, "");
      if (!time.isEmpty()) {
        return time;
      }
    }
    return "";
  }

  private static String source(JsonObject event) {
    String component = Cells.text(event, "source", "component");
    if (component.isEmpty()) {
      component = event.string("reportingComponent", event.string("reportingController", ""));
    }
    String host = Cells.text(event, "source", "host");
    return host.isEmpty() ? component : component + ", " + host;
  }

  private static void configMap(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(Cells.count(object.object("data")) + Cells.count(object.object("binaryData")))
        .age(object);
  }

  private static void quota(JsonObject object, TableLayout.Row row) {
    List<String> requests = new ArrayList<>();
    List<String> limits = new ArrayList<>();
    JsonObject hard = object.objectAt("status", "hard");
    if (hard != null) {
      List<String> names = new ArrayList<>(hard.keys());
      names.sort(null);
      for (String name : names) {
        String used = Cells.text(object, "status", "used", name);
        String pair = name + ": " + used + "/" + hard.string(name, "");
        (name.startsWith("limits.") ? limits : requests).add(pair);
      }
    }
    row.name(object).add(String.join(", ", requests)).add(String.join(", ", limits)).age(object);
  }
}
