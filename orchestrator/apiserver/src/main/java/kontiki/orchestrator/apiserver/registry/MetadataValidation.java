package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import kontiki.orchestrator.apiserver.status.FieldError;

/** What holds for the metadata of every kind. Pure. */
final class MetadataValidation {
  /** Keys and values of all annotations together, in bytes. */
  static final int ANNOTATIONS_MAX = 256 * 1024;

  private MetadataValidation() {}

  static List<FieldError> validate(ResourceType type, JsonObject object) {
    List<FieldError> errors = new ArrayList<>();
    JsonObject metadata = ObjectMeta.of(object);
    String name = metadata.string("name", "");
    if (name.isEmpty()) {
      errors.add(FieldError.required("metadata.name", "name or generateName is required"));
    } else {
      add(errors, "metadata.name", name, nameProblems(type, name));
    }
    labels(metadata, errors);
    annotations(metadata, errors);
    for (JsonObject owner : metadata.objects("ownerReferences")) {
      owner(owner, errors);
    }
    int index = 0;
    for (String finalizer : metadata.strings("finalizers")) {
      add(errors, "metadata.finalizers[" + index + "]", finalizer, Names.qualifiedName(finalizer));
      index++;
    }
    return errors;
  }

  static List<FieldError> validateUpdate(ResourceType type, JsonObject object, JsonObject old) {
    List<FieldError> errors = validate(type, object);
    for (String key : List.of("name", "namespace")) {
      Object before = ObjectMeta.of(old).get(key);
      Object after = ObjectMeta.of(object).get(key);
      if (!Objects.equals(before, after)) {
        errors.add(FieldError.invalid("metadata." + key, after, "field is immutable"));
      }
    }
    if (ObjectMeta.isBeingDeleted(old)) {
      for (String finalizer : ObjectMeta.finalizers(object)) {
        if (!ObjectMeta.finalizers(old).contains(finalizer)) {
          errors.add(
              FieldError.forbidden(
                  "metadata.finalizers",
                  "no new finalizers can be added if the object is being deleted, found new"
                      + " finalizers []string{\""
                      + finalizer
                      + "\"}"));
        }
      }
    }
    return errors;
  }

  private static List<String> nameProblems(ResourceType type, String name) {
    return switch (type.groupResource()) {
      case "namespaces" -> Names.dnsLabel(name);
      case "services" -> Names.dns1035Label(name);
      case "roles.rbac.authorization.k8s.io",
          "clusterroles.rbac.authorization.k8s.io",
          "rolebindings.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io",
          "certificatesigningrequests.certificates.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "ipaddresses.networking.k8s.io" ->
          Names.pathSegment(name);
      default -> Names.dnsSubdomain(name);
    };
  }

  static void add(List<FieldError> errors, String field, String value, List<String> problems) {
    for (String problem : problems) {
      errors.add(FieldError.invalid(field, value, problem));
    }
  }

  private static void labels(JsonObject metadata, List<FieldError> errors) {
    JsonObject labels = metadata.object("labels");
    if (labels != null) {
      labels("metadata.labels", labels, errors);
    }
  }

  static void labels(String field, JsonObject labels, List<FieldError> errors) {
    labels.forEach((key, value) -> {
      add(errors, field, key, Names.qualifiedName(key));
      String text = value instanceof String string ? string : "";
      add(errors, field, text, Names.labelValue(text));
    });
  }

  private static void annotations(JsonObject metadata, List<FieldError> errors) {
    JsonObject annotations = metadata.object("annotations");
    if (annotations == null) {
      return;
    }
    long size = 0;
    for (int i = 0; i < annotations.size(); i++) {
      String key = annotations.keyAt(i);
      add(
          errors,
          "metadata.annotations",
          key,
          Names.qualifiedName(key.toLowerCase(java.util.Locale.ROOT)));
      size += key.length() + (annotations.valueAt(i) instanceof String text ? text.length() : 0);
    }
    if (size > ANNOTATIONS_MAX) {
      errors.add(
          new FieldError(
              FieldError.Type.TOO_LONG,
              "metadata.annotations",
              null,
              "may not be more than " + ANNOTATIONS_MAX + " bytes"));
    }
  }

  private static void owner(JsonObject owner, List<FieldError> errors) {
    for (String key : List.of("apiVersion", "kind", "name", "uid")) {
      if (owner.string(key, "").isEmpty()) {
        errors.add(
            FieldError.invalid("metadata.ownerReferences." + key, "", key + " must not be empty"));
      }
    }
  }
}
