package kontiki.orchestrator.api.table;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Pods and pod templates. */
final class PodTables {
  private PodTables() {}

  static void addTo(Map<String, TableLayout> all) {
    all.put(
        "Pod",
        TableLayout.of(
            PodTables::pod,
            "Name",
            "Ready",
            "Status",
            "Restarts",
            "Age",
            "-IP",
            "-Node",
            "-Nominated Node",
            "-Readiness Gates"));
    all.put(
        "PodTemplate",
        TableLayout.of(PodTables::template, "Name", "Containers", "Images", "Pod Labels"));
  }

  private static void template(JsonObject object, TableLayout.Row row) {
    row.name(object);
    Cells.containers(row, object, "template", "spec");
    row.add(Cells.labels(object.objectAt("template", "metadata", "labels")));
  }

  private static void pod(JsonObject pod, TableLayout.Row row) {
    Summary summary = new Summary(pod);
    row.name(pod)
        .add(summary.ready + "/" + summary.total)
        .add(summary.reason)
        .add(summary.restarts(row.now()))
        .age(pod)
        .orNone(podIp(pod))
        .orNone(pod.stringAt("spec", "nodeName"))
        .orNone(pod.stringAt("status", "nominatedNodeName"))
        .add(readinessGates(pod));
  }

  private static @Nullable String podIp(JsonObject pod) {
    JsonObject status = pod.object("status");
    if (status == null) {
      return null;
    }
    List<JsonObject> ips = status.objects("podIPs");
    return ips.isEmpty() ? status.string("podIP") : ips.getFirst().string("ip");
  }

  private static String readinessGates(JsonObject pod) {
    JsonObject spec = pod.object("spec");
    List<JsonObject> gates = spec == null ? List.of() : spec.objects("readinessGates");
    if (gates.isEmpty()) {
      return "<none>";
    }
    long met =
        gates.stream()
            .filter(gate -> Cells.condition(pod, gate.string("conditionType", "")).equals("True"))
            .count();
    return met + "/" + gates.size();
  }

  /** What STATUS, READY and RESTARTS say, worked out from the containers' states. */
  private static final class Summary {
    private final JsonObject pod;
    private String reason;
    private int total;
    private int ready;
    private long restarts;
    private long sidecarRestarts;
    private @Nullable Instant lastRestart;
    private @Nullable Instant lastSidecarRestart;

    Summary(JsonObject pod) {
      this.pod = pod;
      String own = Cells.text(pod, "status", "reason");
      this.reason = own.isEmpty() ? Cells.text(pod, "status", "phase") : own;
      List<JsonObject> init = list("spec", "initContainers");
      this.total = list("spec", "containers").size();
      for (JsonObject condition : list("status", "conditions")) {
        if ("PodScheduled".equals(condition.string("type"))
            && "SchedulingGated".equals(condition.string("reason"))) {
          reason = "SchedulingGated";
        }
      }
      boolean initializing = initContainers(init);
      if (!initializing || Cells.condition(pod, "Initialized").equals("True")) {
        containers();
      }
      if (pod.stringAt("metadata", "deletionTimestamp") != null) {
        boolean lost = "NodeLost".equals(own);
        boolean ended = Set.of("Succeeded", "Failed").contains(Cells.text(pod, "status", "phase"));
        reason = lost ? "Unknown" : ended ? reason : "Terminating";
      }
    }

    private List<JsonObject> list(String part, String name) {
      JsonObject object = pod.object(part);
      return object == null ? List.of() : object.objects(name);
    }

    String restarts(Instant now) {
      Instant last = lastRestart;
      return restarts == 0 || last == null
          ? String.valueOf(restarts)
          : restarts + " (" + HumanDuration.of(java.time.Duration.between(last, now)) + " ago)";
    }

    private boolean initContainers(List<JsonObject> init) {
      Map<String, JsonObject> specs = new HashMap<>();
      Set<String> sidecars = new HashSet<>();
      for (JsonObject one : init) {
        specs.put(one.string("name", ""), one);
        if ("Always".equals(one.string("restartPolicy"))) {
          sidecars.add(one.string("name", ""));
          total++;
        }
      }
      List<JsonObject> statuses = list("status", "initContainerStatuses");
      for (int i = 0; i < statuses.size(); i++) {
        JsonObject status = statuses.get(i);
        boolean sidecar = sidecars.contains(status.string("name", ""));
        count(status, sidecar);
        JsonObject terminated = status.objectAt("state", "terminated");
        if (terminated != null && terminated.integer("exitCode", 0) == 0) {
          continue;
        }
        if (sidecar && Boolean.TRUE.equals(status.get("started"))) {
          if (status.bool("ready")) {
            ready++;
          }
          continue;
        }
        reason = initReason(status, terminated, i, specs.size());
        return true;
      }
      return false;
    }

    private static String initReason(
        JsonObject status, @Nullable JsonObject terminated, int position, int count) {
      if (terminated != null) {
        return "Init:" + ended(terminated);
      }
      String waiting = Cells.text(status, "state", "waiting", "reason");
      return waiting.isEmpty() || waiting.equals("PodInitializing")
          ? "Init:" + position + "/" + count
          : "Init:" + waiting;
    }

    private static String ended(JsonObject terminated) {
      String why = terminated.string("reason", "");
      if (!why.isEmpty()) {
        return why;
      }
      long signal = terminated.integer("signal", 0);
      return signal != 0 ? "Signal:" + signal : "ExitCode:" + terminated.integer("exitCode", 0);
    }

    private void containers() {
      restarts = sidecarRestarts;
      lastRestart = lastSidecarRestart;
      boolean running = false;
      List<JsonObject> statuses = list("status", "containerStatuses");
      for (int i = statuses.size() - 1; i >= 0; i--) {
        JsonObject status = statuses.get(i);
        count(status, false);
        String waiting = Cells.text(status, "state", "waiting", "reason");
        JsonObject terminated = status.objectAt("state", "terminated");
        if (!waiting.isEmpty()) {
          reason = waiting;
        } else if (terminated != null) {
          reason = ended(terminated);
        } else if (status.bool("ready") && status.objectAt("state", "running") != null) {
          running = true;
          ready++;
        }
      }
      if (reason.equals("Completed") && running) {
        reason = Cells.condition(pod, "Ready").equals("True") ? "Running" : "NotReady";
      }
    }

    private void count(JsonObject status, boolean sidecar) {
      long count = status.integer("restartCount", 0);
      Instant ended = HumanDuration.parse(status.stringAt("lastState", "terminated", "finishedAt"));
      restarts += count;
      lastRestart = later(lastRestart, ended);
      if (sidecar) {
        sidecarRestarts += count;
        lastSidecarRestart = later(lastSidecarRestart, ended);
      }
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
      return a == null || (b != null && b.isAfter(a)) ? b : a;
    }
  }
}
