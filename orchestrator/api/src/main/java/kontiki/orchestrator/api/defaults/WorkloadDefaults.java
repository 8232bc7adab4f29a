package kontiki.orchestrator.api.defaults;

import kontiki.orchestrator.api.tree.JsonObject;

/** The defaults of what keeps pods running. */
final class WorkloadDefaults {
  private WorkloadDefaults() {}

  static void replicationController(JsonObject controller) {
    JsonObject spec = controller.ensureObject("spec");
    JsonObject labels = spec.objectAt("template", "metadata", "labels");
    Absent.map(spec, "selector", labels);
    Absent.map(controller.ensureObject("metadata"), "labels", labels);
    Absent.put(spec, "replicas", 1);
    PodDefaults.template(spec.object("template"));
  }

  static void replicaSet(JsonObject set) {
    JsonObject spec = set.ensureObject("spec");
    Absent.put(spec, "replicas", 1);
    PodDefaults.template(spec.object("template"));
  }

  static void deployment(JsonObject deployment) {
    JsonObject spec = deployment.ensureObject("spec");
    Absent.put(spec, "replicas", 1);
    JsonObject strategy = spec.ensureObject("strategy");
    Absent.text(strategy, "type", "RollingUpdate");
    if (strategy.string("type", "").equals("RollingUpdate")) {
      JsonObject rolling = strategy.ensureObject("rollingUpdate");
      Absent.put(rolling, "maxUnavailable", "25%");
      Absent.put(rolling, "maxSurge", "25%");
    }
    Absent.put(spec, "revisionHistoryLimit", 10);
    Absent.put(spec, "progressDeadlineSeconds", 600);
    PodDefaults.template(spec.object("template"));
  }

  static void daemonSet(JsonObject set) {
    JsonObject spec = set.ensureObject("spec");
    JsonObject strategy = spec.ensureObject("updateStrategy");
    Absent.text(strategy, "type", "RollingUpdate");
    if (strategy.string("type", "").equals("RollingUpdate")) {
      JsonObject rolling = strategy.ensureObject("rollingUpdate");
      Absent.put(rolling, "maxUnavailable", 1);
      Absent.put(rolling, "maxSurge", 0);
    }
    Absent.put(spec, "revisionHistoryLimit", 10);
    PodDefaults.template(spec.object("template"));
  }

  static void statefulSet(JsonObject set) {
    JsonObject spec = set.ensureObject("spec");
    Absent.text(spec, "podManagementPolicy", "OrderedReady");
    JsonObject strategy = spec.ensureObject("updateStrategy");
    if (strategy.string("type", "").isEmpty()) {
      strategy.put("type", "RollingUpdate");
      Absent.put(strategy, "rollingUpdate", new JsonObject());
    }
    JsonObject rolling = strategy.object("rollingUpdate");
    if (strategy.string("type", "").equals("RollingUpdate") && rolling != null) {
      Absent.put(rolling, "partition", 0);
    }
    JsonObject retention = spec.ensureObject("persistentVolumeClaimRetentionPolicy");
    Absent.text(retention, "whenDeleted", "Retain");
    Absent.text(retention, "whenScaled", "Retain");
    Absent.put(spec, "replicas", 1);
    Absent.put(spec, "revisionHistoryLimit", 10);
    PodDefaults.template(spec.object("template"));
    for (JsonObject claim : spec.objects("volumeClaimTemplates")) {
      claim.put("kind", "PersistentVolumeClaim");
      claim.put("apiVersion", "v1");
      StorageDefaults.claim(claim);
    }
  }
}
