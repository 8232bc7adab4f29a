package kontiki.orchestrator.api.validation;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.Field;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import kontiki.orchestrator.api.value.Quantity;
import org.jspecify.annotations.Nullable;

/** Persistent volumes, claims and storage classes. */
final class StorageValidation {
  private static final List<String> MODES =
      List.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod");

  private StorageValidation() {}

  private static void modes(JsonObject spec, Checks checks) {
    List<String> modes = spec.strings("accessModes");
    if (modes.isEmpty()) {
      checks.required("spec.accessModes", "at least 1 access mode is required");
    }
    for (String mode : modes) {
      checks.oneOf(mode, "spec.accessModes", MODES);
    }
    if (modes.contains("ReadWriteOncePod") && modes.size() > 1) {
      checks.forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes");
    }
    checks.oneOf(spec.get("volumeMode"), "spec.volumeMode", List.of("Block", "Filesystem"));
  }

  static void volume(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    modes(spec, checks);
    JsonObject capacity = Validation.part(spec, "capacity");
    if (!capacity.has("storage")) {
      checks.required("spec.capacity", "");
    }
    positive(capacity, "spec.capacity", checks);
    int sources = 0;
    for (String key : source(spec).keys()) {
      if (++sources > 1) {
        checks.forbidden("spec." + key, "may not specify more than 1 volume type");
      }
    }
    if (sources == 0) {
      checks.required("spec", "must specify a volume type");
    }
    checks.oneOf(
        spec.get("persistentVolumeReclaimPolicy"),
        "spec.persistentVolumeReclaimPolicy",
        List.of("Delete", "Recycle", "Retain"));
    if (old != null) {
      JsonObject before = Validation.part(old, "spec");
      if (!source(spec).equals(source(before))) {
        checks.forbidden(
            "spec.persistentvolumesource",
            "spec.persistentvolumesource is immutable after creation");
      }
      checks.same(spec.get("volumeMode"), before.get("volumeMode"), "spec.volumeMode");
    }
  }

  /** The fields of a volume's spec that say where it is. */
  private static JsonObject source(JsonObject spec) {
    JsonObject source = new JsonObject();
    for (Field field : BuiltinSchemas.struct("core/v1", "PersistentVolumeSource").flat().values()) {
      Object value = spec.get(field.name());
      if (value != null) {
        source.put(field.name(), value);
      }
    }
    return source;
  }

  private static void positive(JsonObject amounts, String field, Checks checks) {
    String storage = amounts.string("storage");
    if (storage != null && Quantity.parse(storage).signum() <= 0) {
      checks.invalid(field + "[storage]", storage, "must be greater than zero");
    }
  }

  static void claim(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    modes(spec, checks);
    checks.selector(spec.object("selector"), "spec.selector");
    JsonObject requests = Validation.part(Validation.part(spec, "resources"), "requests");
    if (!requests.has("storage")) {
      checks.required("spec.resources[storage]", "");
    }
    positive(requests, "spec.resources.requests", checks);
    String className = spec.string("storageClassName", "");
    if (!className.isEmpty()) {
      checks.named("spec.storageClassName", className, Names.dnsSubdomain(className));
    }
    if (old != null) {
      claimUpdate(object, old, checks);
    }
  }

  private static void claimUpdate(JsonObject object, JsonObject old, Checks checks) {
    JsonObject before = Validation.part(old, "spec").deepCopy();
    JsonObject after = Validation.part(object, "spec").deepCopy();
    String was = size(before);
    String is = size(after);
    if (was != null && is != null && Quantity.parse(is).compareTo(Quantity.parse(was)) < 0) {
      JsonObject status = Validation.part(old, "status");
      String actual = Validation.part(status, "capacity").string("storage");
      if (actual == null || Quantity.parse(is).compareTo(Quantity.parse(actual)) <= 0) {
        checks.forbidden(
            "spec.resources.requests.storage", "field can not be less than status.capacity");
      }
    }
    boolean bound = !before.string("volumeName", "").isEmpty();
    for (JsonObject spec : new JsonObject[] {before, after}) {
      spec.remove("volumeAttributesClassName");
      if (bound) {
        Validation.part(Validation.part(spec, "resources"), "requests").remove("storage");
      }
    }
    if (!bound) {
      after.put("volumeName", before.get("volumeName"));
    }
    if (before.get("storageClassName") == null) {
      after.put("storageClassName", null);
    }
    if (!sameIgnoringNulls(before, after)) {
      checks.forbidden(
          "spec",
          "spec is immutable after creation except resources.requests and"
              + " volumeAttributesClassName for bound claims");
    }
  }

  private static boolean sameIgnoringNulls(JsonObject one, JsonObject other) {
    for (String key : one.keys()) {
      if (!Objects.equals(one.get(key), other.get(key))) {
        return false;
      }
    }
    for (String key : other.keys()) {
      if (other.get(key) != null && !one.has(key)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String size(JsonObject claimSpec) {
    return Validation.part(Validation.part(claimSpec, "resources"), "requests").string("storage");
  }

  static void storageClass(JsonObject object, @Nullable JsonObject old, Checks checks) {
    checks.present(object, "provisioner", "provisioner");
    checks.oneOf(object.get("reclaimPolicy"), "reclaimPolicy", List.of("Delete", "Retain"));
    checks.oneOf(
        object.get("volumeBindingMode"),
        "volumeBindingMode",
        List.of("Immediate", "WaitForFirstConsumer"));
    if (old != null) {
      for (String key : new String[] {"parameters", "provisioner", "reclaimPolicy"}) {
        if (!Objects.equals(object.get(key), old.get(key))) {
          checks.forbidden(key, "updates to " + key + " are forbidden.");
        }
      }
      checks.same(
          object.get("volumeBindingMode"), old.get("volumeBindingMode"), "volumeBindingMode");
    }
  }
}
