package kontiki.orchestrator.api.validation;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.CronSchedule;
import kontiki.orchestrator.api.value.Names;
import org.jspecify.annotations.Nullable;

/** Budgets, autoscalers, cron jobs, priorities, leases and runtime classes. */
final class PolicyValidation {
  private static final long HIGHEST_USER_PRIORITY = 1_000_000_000;
  private static final int LONGEST_CRON_JOB_NAME = 52;

  private PolicyValidation() {}

  static void disruptionBudget(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    Object min = spec.get("minAvailable");
    Object max = spec.get("maxUnavailable");
    if (min != null && max != null) {
      checks.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
    }
    numberOrPercent(min, "spec.minAvailable", checks);
    numberOrPercent(max, "spec.maxUnavailable", checks);
    checks.selector(spec.object("selector"), "spec.selector");
    checks.oneOf(
        spec.get("unhealthyPodEvictionPolicy"),
        "spec.unhealthyPodEvictionPolicy",
        List.of("AlwaysAllow", "IfHealthyBudget"));
  }

  private static void numberOrPercent(@Nullable Object value, String field, Checks checks) {
    checks.notNegative(value, field);
    if (value instanceof String text) {
      checks.named(field, text, Names.percent(text));
      if (text.matches("[0-9]{1,9}%")
          && Integer.parseInt(text.substring(0, text.length() - 1)) > 100) {
        checks.invalid(field, text, "must not be greater than 100%");
      }
    }
  }

  static void autoscaler(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    JsonObject target = Validation.part(spec, "scaleTargetRef");
    checks.present(target, "kind", "spec.scaleTargetRef.kind");
    checks.present(target, "name", "spec.scaleTargetRef.name");
    long min = spec.integer("minReplicas", 1);
    long max = spec.integer("maxReplicas", 0);
    if (min < 1) {
      checks.invalid("spec.minReplicas", min, "must be greater than or equal to 1");
    }
    if (max < 1) {
      checks.invalid("spec.maxReplicas", max, "must be greater than 0");
    }
    if (max < min) {
      checks.invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`");
    }
    checks.positive(
        spec.get("targetCPUUtilizationPercentage"), "spec.targetCPUUtilizationPercentage");
  }

  static void cronJob(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    String name = Validation.part(object, "metadata").string("name", "");
    if (old == null && name.length() > LONGEST_CRON_JOB_NAME) {
      checks.invalid(
          "metadata.name", name, "must be no more than " + LONGEST_CRON_JOB_NAME + " characters");
    }
    String schedule = spec.string("schedule", "");
    if (schedule.isEmpty()) {
      checks.required("spec.schedule", "");
    } else {
      String wrong = CronSchedule.problem(schedule);
      if (wrong != null) {
        checks.invalid("spec.schedule", schedule, wrong);
      }
    }
    checks.oneOf(
        spec.get("concurrencyPolicy"),
        "spec.concurrencyPolicy",
        List.of("Allow", "Forbid", "Replace"));
    for (String key :
        new String[] {
          "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"
        }) {
      checks.notNegative(spec.get(key), "spec." + key);
    }
    JsonObject template =
        Validation.part(
            Validation.part(
                Validation.part(Validation.part(spec, "jobTemplate"), "spec"), "template"),
            "spec");
    checks.oneOf(
        template.get("restartPolicy"),
        "spec.jobTemplate.spec.template.spec.restartPolicy",
        List.of("OnFailure", "Never"));
    if (template.objects("containers").isEmpty()) {
      checks.required("spec.jobTemplate.spec.template.spec.containers", "");
    }
  }

  static void priorityClass(JsonObject object, @Nullable JsonObject old, Checks checks) {
    String name = Validation.part(object, "metadata").string("name", "");
    long value = object.integer("value", 0);
    boolean system = name.equals("system-node-critical") || name.equals("system-cluster-critical");
    if (name.startsWith("system-") && !system) {
      checks.forbidden(
          "metadata.name",
          "priority class names with 'system-' prefix are reserved for system use only. error: "
              + name
              + " is not a known system priority class");
    } else if (!system && value > HIGHEST_USER_PRIORITY) {
      checks.forbidden(
          "value", "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
    }
    checks.oneOf(
        object.get("preemptionPolicy"),
        "preemptionPolicy",
        List.of("Never", "PreemptLowerPriority"));
    if (old != null) {
      if (!Objects.equals(object.get("value"), old.get("value"))) {
        checks.forbidden("value", "may not be changed in an update.");
      }
      checks.same(object.get("preemptionPolicy"), old.get("preemptionPolicy"), "preemptionPolicy");
    }
  }

  static void lease(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    checks.positive(spec.get("leaseDurationSeconds"), "spec.leaseDurationSeconds");
    checks.notNegative(spec.get("leaseTransitions"), "spec.leaseTransitions");
  }

  static void runtimeClass(JsonObject object, @Nullable JsonObject old, Checks checks) {
    String handler = object.string("handler", "");
    checks.named("handler", handler, Names.dnsLabel(handler));
    if (old != null) {
      checks.same(handler, old.get("handler"), "handler");
    }
  }
}
