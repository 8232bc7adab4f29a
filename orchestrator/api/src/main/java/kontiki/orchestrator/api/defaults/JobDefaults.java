package kontiki.orchestrator.api.defaults;

import kontiki.orchestrator.api.tree.JsonObject;

/** The defaults of jobs. */
final class JobDefaults {
  private JobDefaults() {}

  static void job(JsonObject job) {
    JsonObject spec = job.ensureObject("spec");
    if (spec.get("completions") == null && spec.get("parallelism") == null) {
      spec.put("completions", 1);
    }
    Absent.put(spec, "parallelism", 1);
    boolean perIndex = spec.get("backoffLimitPerIndex") != null;
    Absent.put(spec, "backoffLimit", perIndex ? Integer.MAX_VALUE : 6);
    Absent.map(
        job.ensureObject("metadata"), "labels", spec.objectAt("template", "metadata", "labels"));
    Absent.put(spec, "completionMode", "NonIndexed");
    Absent.put(spec, "suspend", false);
    JsonObject failurePolicy = spec.object("podFailurePolicy");
    Absent.put(
        spec, "podReplacementPolicy", failurePolicy == null ? "TerminatingOrFailed" : "Failed");
    failurePolicy(spec);
    PodDefaults.template(spec.object("template"));
  }

  private static void failurePolicy(JsonObject jobSpec) {
    JsonObject policy = jobSpec.object("podFailurePolicy");
    if (policy == null) {
      return;
    }
    for (JsonObject rule : policy.objects("rules")) {
      for (JsonObject pattern : rule.objects("onPodConditions")) {
        Absent.text(pattern, "status", "True");
      }
    }
  }

  static void cronJob(JsonObject cronJob) {
    JsonObject spec = cronJob.ensureObject("spec");
    Absent.text(spec, "concurrencyPolicy", "Allow");
    Absent.put(spec, "suspend", false);
    Absent.put(spec, "successfulJobsHistoryLimit", 3);
    Absent.put(spec, "failedJobsHistoryLimit", 1);
    JsonObject jobSpec = spec.ensureObject("jobTemplate").ensureObject("spec");
    failurePolicy(jobSpec);
    PodDefaults.template(jobSpec.object("template"));
  }
}
