package kontiki.orchestrator.api.table;

import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.tree.JsonObject;

/** Volumes, claims, classes, and what attaches them. */
final class StorageTables {
  private static final String BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  private StorageTables() {}

  static void addTo(Map<String, TableLayout> all) {
    all.put(
        "PersistentVolume",
        TableLayout.of(
            StorageTables::volume,
            "Name",
            "Capacity",
            "Access Modes",
            "Reclaim Policy",
            "Status",
            "Claim",
            "StorageClass",
            "VolumeAttributesClass",
            "Reason",
            "Age",
            "-VolumeMode"));
    all.put(
        "PersistentVolumeClaim",
        TableLayout.of(
            StorageTables::claim,
            "Name",
            "Status",
            "Volume",
            "Capacity",
            "Access Modes",
            "StorageClass",
            "VolumeAttributesClass",
            "Age",
            "-VolumeMode"));
    all.put(
        "StorageClass.storage.k8s.io",
        TableLayout.of(
            StorageTables::storageClass,
            "Name",
            "Provisioner",
            "ReclaimPolicy",
            "VolumeBindingMode",
            "AllowVolumeExpansion",
            "Age"));
    all.put(
        "VolumeAttachment.storage.k8s.io",
        TableLayout.of(
            StorageTables::attachment, "Name", "Attacher", "PV", "Node", "Attached", "Age"));
    all.put(
        "CSINode.storage.k8s.io",
        TableLayout.of(StorageTables::csiNode, "Name", "#Drivers", "Age"));
    all.put(
        "CSIDriver.storage.k8s.io",
        TableLayout.of(
            StorageTables::csiDriver,
            "Name",
            "AttachRequired",
            "PodInfoOnMount",
            "StorageCapacity",
            "TokenRequests",
            "RequiresRepublish",
            "Modes",
            "Age"));
    all.put(
        "CSIStorageCapacity.storage.k8s.io",
        TableLayout.of(
            (object, row) ->
                row.name(object)
                    .add(object.string("storageClassName", ""))
                    .add(object.string("capacity", "<unset>")),
            "Name",
            "StorageClassName",
            "Capacity"));
    all.put(
        "VolumeAttributesClass.storage.k8s.io",
        TableLayout.of(
            (object, row) -> row.name(object).add(object.string("driverName", "")).age(object),
            "Name",
            "DriverName",
            "Age"));
  }

  private static void volume(JsonObject object, TableLayout.Row row) {
    JsonObject claim = object.objectAt("spec", "claimRef");
    row.name(object)
        .add(Cells.text(object, "spec", "capacity", "storage"))
        .add(accessModes(object.object("spec")))
        .add(Cells.text(object, "spec", "persistentVolumeReclaimPolicy"))
        .add(status(object))
        .add(claim == null ? "" : claim.string("namespace", "") + "/" + claim.string("name", ""))
        .add(className(object))
        .add(attributesClass(object))
        .add(Cells.text(object, "status", "reason"))
        .age(object)
        .add(mode(object));
  }

  private static void claim(JsonObject object, TableLayout.Row row) {
    String volume = Cells.text(object, "spec", "volumeName");
    row.name(object)
        .add(status(object))
        .add(volume)
        .add(volume.isEmpty() ? "" : Cells.text(object, "status", "capacity", "storage"))
        .add(volume.isEmpty() ? "" : accessModes(object.object("status")))
        .add(className(object))
        .add(attributesClass(object))
        .age(object)
        .add(mode(object));
  }

  private static String status(JsonObject object) {
    return object.stringAt("metadata", "deletionTimestamp") == null
        ? Cells.text(object, "status", "phase")
        : "Terminating";
  }

  private static String className(JsonObject object) {
    JsonObject annotations = object.objectAt("metadata", "annotations");
    String old = annotations == null ? "" : annotations.string(BETA_CLASS, "");
    return old.isEmpty() ? Cells.text(object, "spec", "storageClassName") : old;
  }

  private static String attributesClass(JsonObject object) {
    String name = Cells.text(object, "spec", "volumeAttributesClassName");
    return name.isEmpty() ? "<unset>" : name;
  }

  private static String mode(JsonObject object) {
    String mode = Cells.text(object, "spec", "volumeMode");
    return mode.isEmpty() ? "<unset>" : mode;
  }

  private static String accessModes(@org.jspecify.annotations.Nullable JsonObject of) {
    List<String> modes = of == null ? List.of() : of.strings("accessModes");
    return Cells.joined(
        modes,
        mode ->
            switch (mode) {
              case "ReadWriteOnce" -> "RWO";
              case "ReadOnlyMany" -> "ROX";
              case "ReadWriteMany" -> "RWX";
              case "ReadWriteOncePod" -> "RWOP";
              default -> mode;
            });
  }

  private static void storageClass(JsonObject object, TableLayout.Row row) {
    JsonObject annotations = object.objectAt("metadata", "annotations");
    boolean isDefault = annotations != null && annotations.string(DEFAULT_CLASS, "").equals("true");
    String name = String.valueOf(object.stringAt("metadata", "name"));
    row.add(isDefault ? name + " (default)" : name)
        .add(object.string("provisioner", ""))
        .add(object.string("reclaimPolicy", "Delete"))
        .add(object.string("volumeBindingMode", "Immediate"))
        .add(String.valueOf(object.bool("allowVolumeExpansion")))
        .age(object);
  }

  private static void attachment(JsonObject object, TableLayout.Row row) {
    row.name(object)
        .add(Cells.text(object, "spec", "attacher"))
        .add(Cells.text(object, "spec", "source", "persistentVolumeName"))
        .add(Cells.text(object, "spec", "nodeName"))
        .add(String.valueOf(Boolean.TRUE.equals(object.at("status", "attached"))))
        .age(object);
  }

  private static void csiNode(JsonObject object, TableLayout.Row row) {
    JsonObject spec = object.object("spec");
    row.name(object).add(spec == null ? 0L : (long) spec.objects("drivers").size()).age(object);
  }

  private static void csiDriver(JsonObject object, TableLayout.Row row) {
    JsonObject spec = object.object("spec");
    JsonObject known = spec == null ? new JsonObject() : spec;
    List<String> modes = known.strings("volumeLifecycleModes");
    List<JsonObject> tokens = known.objects("tokenRequests");
    row.name(object)
        .add(String.valueOf(!Boolean.FALSE.equals(known.get("attachRequired"))))
        .add(String.valueOf(known.bool("podInfoOnMount")))
        .add(String.valueOf(known.bool("storageCapacity")))
        .add(
            tokens.isEmpty()
                ? "<unset>"
                : Cells.joined(tokens, token -> token.string("audience", "")))
        .add(String.valueOf(known.bool("requiresRepublish")))
        .orNone(String.join(",", modes))
        .age(object);
  }
}
