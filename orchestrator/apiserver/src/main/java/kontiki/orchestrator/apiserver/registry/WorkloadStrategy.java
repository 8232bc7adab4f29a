package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.selector.LabelSelector;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.FieldError;

/** Kinds that keep pods of a template running: their selector fits the template and stays. */
final class WorkloadStrategy implements Strategy {
  /** Which kind. */
  enum Kind {
    CONTROLLER,
    REPLICA_SET,
    DEPLOYMENT,
    DAEMON_SET,
    STATEFUL_SET
  }

  private final Kind kind;

  WorkloadStrategy(Kind kind) {
    this.kind = kind;
  }

  @Override
  public boolean hasGeneration() {
    return true;
  }

  @Override
  public boolean orphansByDefault() {
    return kind == Kind.CONTROLLER;
  }

  @Override
  public List<FieldError> validate(JsonObject object) {
    List<FieldError> errors = new ArrayList<>();
    JsonObject spec = object.ensureObject("spec");
    Long replicas = spec.integer("replicas");
    if (replicas != null && replicas < 0) {
      errors.add(
          FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0"));
    }
    LabelSelector selector = selector(spec, errors);
    JsonObject template = spec.object("template");
    if (template == null) {
      errors.add(FieldError.required("spec.template", ""));
      return errors;
    }
    JsonObject labels = template.objectAt("metadata", "labels");
    if (selector != null && !selector.matches(labels)) {
      errors.add(
          FieldError.invalid(
              "spec.template.metadata.labels",
              labels == null ? new JsonObject() : labels,
              "`selector` does not match template `labels`"));
    }
    if (labels != null) {
      MetadataValidation.labels("spec.template.metadata.labels", labels, errors);
    }
    JsonObject podSpec = template.ensureObject("spec");
    errors.addAll(PodValidation.validate(podSpec, "spec.template.spec"));
    String restart = podSpec.string("restartPolicy", "");
    if (!restart.isEmpty() && !restart.equals("Always")) {
      errors.add(
          new FieldError(
              FieldError.Type.NOT_SUPPORTED,
              "spec.template.spec.restartPolicy",
              restart,
              "supported values: \"Always\""));
    }
    return errors;
  }

  private @org.jspecify.annotations.Nullable LabelSelector selector(
      JsonObject spec, List<FieldError> errors) {
    JsonObject tree = spec.object("selector");
    if (tree == null || tree.isEmpty()) {
      errors.add(FieldError.required("spec.selector", ""));
      return null;
    }
    try {
      LabelSelector selector =
          kind == Kind.CONTROLLER ? LabelSelector.ofMap(tree) : LabelSelector.of(tree);
      if (selector.isEverything()) {
        errors.add(
            FieldError.invalid("spec.selector", tree, "empty selector is invalid for this kind"));
      }
      return selector;
    } catch (IllegalArgumentException e) {
      errors.add(FieldError.invalid("spec.selector", tree, String.valueOf(e.getMessage())));
      return null;
    }
  }

  @Override
  public List<FieldError> validateUpdate(JsonObject object, JsonObject old) {
    List<FieldError> errors = new ArrayList<>(validate(object));
    Object before = old.at("spec", "selector");
    Object after = object.at("spec", "selector");
    if (kind != Kind.CONTROLLER && !Objects.equals(before, after)) {
      errors.add(FieldError.invalid("spec.selector", after, "field is immutable"));
    }
    if (kind == Kind.STATEFUL_SET && !sameButForChangeable(object, old)) {
      errors.add(
          FieldError.forbidden(
              "spec",
              "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                  + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
                  + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
    }
    return errors;
  }

  private static boolean sameButForChangeable(JsonObject object, JsonObject old) {
    JsonObject after = object.ensureObject("spec").deepCopy();
    JsonObject before = old.ensureObject("spec").deepCopy();
    for (String key :
        List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds")) {
      after.remove(key);
      before.remove(key);
    }
    return after.equals(before);
  }
}
