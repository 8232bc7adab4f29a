package kontiki.orchestrator.api.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Budgets, autoscalers, priorities, admission, fairness. */
final class PolicyTables {
  private PolicyTables() {}

  static void addTo(Map<String, TableLayout> all) {
    all.put(
        "PodDisruptionBudget.policy",
        TableLayout.of(
            PolicyTables::budget,
            "Name",
            "Min Available",
            "Max Unavailable",
            "#Allowed Disruptions",
            "Age"));
    all.put(
        "HorizontalPodAutoscaler.autoscaling",
        TableLayout.of(
            PolicyTables::autoscaler,
            "Name",
            "Reference",
            "Targets",
            "MinPods",
            "MaxPods",
            "#Replicas",
            "Age"));
    all.put(
        "PriorityClass.scheduling.k8s.io",
        TableLayout.of(
            PolicyTables::priorityClass,
            "Name",
            "#Value",
            "Global-Default",
            "Age",
            "-PreemptionPolicy"));
    all.put(
        "RuntimeClass.node.k8s.io",
        TableLayout.of(
            (object, row) -> row.name(object).add(object.string("handler", "")).age(object),
            "Name",
            "Handler",
            "Age"));
    admission(all);
    fairness(all);
  }

  private static void admission(Map<String, TableLayout> all) {
    TableLayout webhooks =
        TableLayout.of(
            (object, row) ->
                row.name(object).add((long) object.objects("webhooks").size()).age(object),
            "Name",
            "#Webhooks",
            "Age");
    all.put("MutatingWebhookConfiguration.admissionregistration.k8s.io", webhooks);
    all.put("ValidatingWebhookConfiguration.admissionregistration.k8s.io", webhooks);
    all.put(
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
        TableLayout.of(
            (object, row) -> {
              JsonArray validations = object.listAt("spec", "validations");
              row.name(object)
                  .add(Cells.count(validations))
                  .add(paramKind(object.objectAt("spec", "paramKind")))
                  .age(object);
            },
            "Name",
            "#Validations",
            "ParamKind",
            "Age"));
    TableLayout binding =
        TableLayout.of(
            (object, row) ->
                row.name(object)
                    .add(Cells.text(object, "spec", "policyName"))
                    .add(paramRef(object.objectAt("spec", "paramRef")))
                    .age(object),
            "Name",
            "PolicyName",
            "ParamRef",
            "Age");
    all.put("ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io", binding);
    all.put("MutatingAdmissionPolicyBinding.admissionregistration.k8s.io", binding);
  }

  private static void fairness(Map<String, TableLayout> all) {
    all.put(
        "FlowSchema.flowcontrol.apiserver.k8s.io",
        TableLayout.of(
            PolicyTables::flowSchema,
            "Name",
            "PriorityLevel",
            "#MatchingPrecedence",
            "DistinguisherMethod",
            "Age",
            "MissingPL"));
    all.put(
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io",
        TableLayout.of(
            PolicyTables::priorityLevel,
            "Name",
            "Type",
            "NominalConcurrencyShares",
            "Queues",
            "HandSize",
            "QueueLengthLimit",
            "Age"));
  }

  private static void budget(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(orNotApplicable(object.at("spec", "minAvailable")))
        .add(orNotApplicable(object.at("spec", "maxUnavailable")))
        .add(Cells.integer(object, 0, "status", "disruptionsAllowed"))
        .age(object);
  }

  private static String orNotApplicable(@Nullable Object value) {
    return value == null ? "N/A" : String.valueOf(value);
  }

  private static void autoscaler(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(
            Cells.text(object, "spec", "scaleTargetRef", "kind")
                + "/"
                + Cells.text(object, "spec", "scaleTargetRef", "name"))
        .add(targets(object))
        .add(orUnset(object.at("spec", "minReplicas")))
        .add(orUnset(object.at("spec", "maxReplicas")))
        .add(Cells.integer(object, 0, "status", "currentReplicas"))
        .age(object);
  }

  private static String orUnset(@Nullable Object value) {
    return value == null ? "<unset>" : String.valueOf(value);
  }

  private static String targets(JsonObject object) {
    Long percent = object.integerAt("spec", "targetCPUUtilizationPercentage");
    if (percent != null) {
      Long now = object.integerAt("status", "currentCPUUtilizationPercentage");
      return "cpu: " + (now == null ? "<unknown>" : now + "%") + "/" + percent + "%";
    }
    List<String> shown = new ArrayList<>();
    JsonObject spec = object.object("spec");
    JsonObject status = object.object("status");
    List<JsonObject> current = status == null ? List.of() : status.objects("currentMetrics");
    List<JsonObject> wanted = spec == null ? List.of() : spec.objects("metrics");
    for (int i = 0; i < wanted.size(); i++) {
      shown.add(target(wanted.get(i), i < current.size() ? current.get(i) : null));
    }
    return shown.isEmpty() ? "<none>" : String.join(", ", shown);
  }

  private static String target(JsonObject metric, @Nullable JsonObject now) {
    String field = metric.string("type", "");
    String key = field.isEmpty() ? "" : Character.toLowerCase(field.charAt(0)) + field.substring(1);
    JsonObject source = metric.object(key);
    if (source == null) {
      return "<unknown>";
    }
    JsonObject goal = source.object("target");
    JsonObject current = now == null ? null : now.objectAt(key, "current");
    String name = key.equals("resource") ? source.string("name", "") + ": " : "";
    return name + metricValue(current, "<unknown>") + "/" + metricValue(goal, "<auto>");
  }

  private static String metricValue(@Nullable JsonObject value, String otherwise) {
    if (value == null) {
      return otherwise;
    }
    Long percent = value.integer("averageUtilization");
    if (percent != null) {
      return percent + "%";
    }
    String average = value.string("averageValue", "");
    return average.isEmpty() ? value.string("value", otherwise) : average;
  }

  private static void priorityClass(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(object.integer("value", 0))
        .add(String.valueOf(object.bool("globalDefault")))
        .age(object)
        .add(object.string("preemptionPolicy", "PreemptLowerPriority"));
  }

  private static String paramKind(@Nullable JsonObject kind) {
    return kind == null ? "<unset>" : kind.string("apiVersion", "") + "/" + kind.string("kind", "");
  }

  private static String paramRef(@Nullable JsonObject ref) {
    if (ref == null) {
      return "<unset>";
    }
    String name = ref.string("name", "");
    String namespace = ref.string("namespace", "*");
    return namespace + "/" + (name.isEmpty() ? Cells.selector(ref.object("selector")) : name);
  }

  private static void flowSchema(JsonObject object, TableLayout.Row row) {
    String dangling = Cells.condition(object, "Dangling");
    row.name(object)
        .add(Cells.text(object, "spec", "priorityLevelConfiguration", "name"))
        .add(Cells.integer(object, 0, "spec", "matchingPrecedence"))
        .orNone(object.stringAt("spec", "distinguisherMethod", "type"))
        .age(object)
        .add(dangling.isEmpty() ? "?" : dangling);
  }

  private static void priorityLevel(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(Cells.text(object, "spec", "type"))
        .add(orNone(object.at("spec", "limited", "nominalConcurrencyShares")));
    for (String name : List.of("queues", "handSize", "queueLengthLimit")) {
      row.add(orNone(object.at("spec", "limited", "limitResponse", "queuing", name)));
    }
    row.age(object);
  }

  private static String orNone(@Nullable Object value) {
    return value == null ? "<none>" : String.valueOf(value);
  }
}
