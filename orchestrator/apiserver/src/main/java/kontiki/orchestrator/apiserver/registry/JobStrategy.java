package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.FieldError;

/** Jobs: without a selector of their own they select their pods by their uid. */
final class JobStrategy implements Strategy {
  private static final List<String> UID_LABELS =
      List.of("controller-uid", "batch.kubernetes.io/controller-uid");
  private static final List<String> NAME_LABELS =
      List.of("job-name", "batch.kubernetes.io/job-name");

  @Override
  public boolean hasGeneration() {
    return true;
  }

  @Override
  public boolean orphansByDefault() {
    return true;
  }

  @Override
  public void prepareForCreate(JsonObject job, Instant now) {
    JsonObject spec = job.ensureObject("spec");
    if (spec.bool("manualSelector")) {
      return;
    }
    JsonObject labels =
        spec.ensureObject("template").ensureObject("metadata").ensureObject("labels");
    String uid = ObjectMeta.uid(job);
    UID_LABELS.forEach(label -> labels.put(label, uid));
    NAME_LABELS.forEach(label -> labels.put(label, ObjectMeta.name(job)));
    spec.ensureObject("selector")
        .ensureObject("matchLabels")
        .put("batch.kubernetes.io/controller-uid", uid);
  }

  @Override
  public List<FieldError> validate(JsonObject job) {
    JsonObject spec = job.ensureObject("spec");
    JsonObject podSpec = spec.ensureObject("template").ensureObject("spec");
    List<FieldError> errors =
        new ArrayList<>(PodValidation.validate(podSpec, "spec.template.spec"));
    String restart = podSpec.string("restartPolicy", "");
    if (restart.equals("Always")) {
      errors.add(
          FieldError.required(
              "spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
    }
    for (String key : List.of("parallelism", "completions", "backoffLimit")) {
      Long value = spec.integer(key);
      if (value != null && value < 0) {
        errors.add(FieldError.invalid("spec." + key, value, "must be greater than or equal to 0"));
      }
    }
    return errors;
  }

  @Override
  public List<FieldError> validateUpdate(JsonObject job, JsonObject old) {
    List<FieldError> errors = new ArrayList<>(validate(job));
    boolean suspended = old.ensureObject("spec").bool("suspend");
    for (String key : List.of("selector", "template")) {
      Object after = job.at("spec", key);
      boolean mayChange = key.equals("template") && suspended;
      if (!mayChange && !Objects.equals(old.at("spec", key), after)) {
        errors.add(FieldError.invalid("spec." + key, after, "field is immutable"));
      }
    }
    return errors;
  }
}
