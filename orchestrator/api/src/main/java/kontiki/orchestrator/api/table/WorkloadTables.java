package kontiki.orchestrator.api.table;

import static kontiki.orchestrator.api.table.Cells.integer;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;

/** Controllers of pods: deployments, replica sets, stateful sets, daemon sets, jobs. */
final class WorkloadTables {
  private WorkloadTables() {}

  static void addTo(Map<String, TableLayout> all) {
    all.put(
        "Deployment.apps",
        TableLayout.of(
            WorkloadTables::deployment,
            "Name",
            "Ready",
            "Up-to-date",
            "Available",
            "Age",
            "-Containers",
            "-Images",
            "-Selector"));
    TableLayout replicas =
        TableLayout.of(
            WorkloadTables::replicas,
            "Name",
            "#Desired",
            "#Current",
            "#Ready",
            "Age",
            "-Containers",
            "-Images",
            "-Selector");
    all.put("ReplicaSet.apps", replicas);
    all.put("ReplicationController", replicas);
    all.put(
        "StatefulSet.apps",
        TableLayout.of(
            WorkloadTables::statefulSet, "Name", "Ready", "Age", "-Containers", "-Images"));
    all.put(
        "DaemonSet.apps",
        TableLayout.of(
            WorkloadTables::daemonSet,
            "Name",
            "#Desired",
            "#Current",
            "#Ready",
            "#Up-to-date",
            "#Available",
            "Node Selector",
            "Age",
            "-Containers",
            "-Images",
            "-Selector"));
    all.put(
        "Job.batch",
        TableLayout.of(
            WorkloadTables::job,
            "Name",
            "Status",
            "Completions",
            "Duration",
            "Age",
            "-Containers",
            "-Images",
            "-Selector"));
    all.put(
        "CronJob.batch",
        TableLayout.of(
            WorkloadTables::cronJob,
            "Name",
            "Schedule",
            "Timezone",
            "Suspend",
            "#Active",
            "Last Schedule",
            "Age",
            "-Containers",
            "-Images",
            "-Selector"));
    all.put(
        "ControllerRevision.apps",
        TableLayout.of(
            WorkloadTables::controllerRevision, "Name", "Controller", "Revision", "Age"));
  }

  private static void deployment(JsonObject object, TableLayout.Row row) {
    long ready = integer(object, 0, "status", "readyReplicas");
    row.name(object)
        .add(ready + "/" + integer(object, 1, "spec", "replicas"))
        .add(integer(object, 0, "status", "updatedReplicas"))
        .add(integer(object, 0, "status", "availableReplicas"))
        .age(object);
    Cells.containers(row, object, "spec", "template", "spec");
    row.add(Cells.selector(object.objectAt("spec", "selector")));
  }

  private static void replicas(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(integer(object, 1, "spec", "replicas"))
        .add(integer(object, 0, "status", "replicas"))
        .add(integer(object, 0, "status", "readyReplicas"))
        .age(object);
    Cells.containers(row, object, "spec", "template", "spec");
    JsonObject selector = object.objectAt("spec", "selector");
    boolean plain =
        selector != null && !selector.has("matchLabels") && !selector.has("matchExpressions");
    row.add(plain ? Cells.labels(selector) : Cells.selector(selector));
  }

  private static void statefulSet(JsonObject object, TableLayout.Row row) {
    long ready = integer(object, 0, "status", "readyReplicas");
    row.name(object).add(ready + "/" + integer(object, 1, "spec", "replicas")).age(object);
    Cells.containers(row, object, "spec", "template", "spec");
  }

  private static void daemonSet(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(integer(object, 0, "status", "desiredNumberScheduled"))
        .add(integer(object, 0, "status", "currentNumberScheduled"))
        .add(integer(object, 0, "status", "numberReady"))
        .add(integer(object, 0, "status", "updatedNumberScheduled"))
        .add(integer(object, 0, "status", "numberAvailable"))
        .add(Cells.labels(object.objectAt("spec", "template", "spec", "nodeSelector")))
        .age(object);
    Cells.containers(row, object, "spec", "template", "spec");
    row.add(Cells.selector(object.objectAt("spec", "selector")));
  }

  private static void job(JsonObject object, TableLayout.Row row) {
    row.name(object).add(jobStatus(object)).add(completions(object));
    row.add(jobDuration(object, row.now())).age(object);
    Cells.containers(row, object, "spec", "template", "spec");
    row.add(Cells.selector(object.objectAt("spec", "selector")));
  }

  private static String jobStatus(JsonObject object) {
    for (String type :
        new String[] {"Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
      if (Cells.condition(object, type).equals("True")) {
        return type;
      }
    }
    return object.stringAt("metadata", "deletionTimestamp") == null ? "Running" : "Terminating";
  }

  private static String completions(JsonObject object) {
    long succeeded = integer(object, 0, "status", "succeeded");
    Long wanted = object.integerAt("spec", "completions");
    if (wanted != null) {
      return succeeded + "/" + wanted;
    }
    long parallel = integer(object, 0, "spec", "parallelism");
    return parallel > 1 ? succeeded + "/1 of " + parallel : succeeded + "/1";
  }

  private static String jobDuration(JsonObject object, Instant now) {
    Instant started = HumanDuration.parse(object.stringAt("status", "startTime"));
    Instant ended = HumanDuration.parse(object.stringAt("status", "completionTime"));
    return started == null
        ? ""
        : HumanDuration.of(Duration.between(started, ended == null ? now : ended));
  }

  private static void cronJob(JsonObject object, TableLayout.Row row) {
    String zone = object.stringAt("spec", "timeZone");
    String last = object.stringAt("status", "lastScheduleTime");
    Object suspend = object.at("spec", "suspend");
    row.name(object)
        .add(Cells.text(object, "spec", "schedule"))
        .orNone(zone)
        .add(Boolean.TRUE.equals(suspend) ? "True" : "False");
    JsonArray active = object.listAt("status", "active");
    row.add(Cells.count(active));
    if (last == null) {
      row.add("<none>");
    } else {
      row.since(last);
    }
    row.age(object);
    Cells.containers(row, object, "spec", "jobTemplate", "spec", "template", "spec");
    row.add(Cells.selector(object.objectAt("spec", "jobTemplate", "spec", "selector")));
  }

  private static void controllerRevision(JsonObject object, TableLayout.Row row) {
    String controller = "<none>";
    JsonObject metadata = object.object("metadata");
    if (metadata != null) {
      for (JsonObject owner : metadata.objects("ownerReferences")) {
        if (owner.bool("controller")) {
          controller = ownerName(owner);
        }
      }
    }
    row.name(object).add(controller).add(integer(object, 0, "revision")).age(object);
  }

  private static String ownerName(JsonObject owner) {
    String version = owner.string("apiVersion", "");
    int slash = version.indexOf('/');
    String group = slash < 0 ? "" : "." + version.substring(0, slash);
    return owner.string("kind", "").toLowerCase(java.util.Locale.ROOT)
        + group
        + "/"
        + owner.string("name", "");
  }
}
