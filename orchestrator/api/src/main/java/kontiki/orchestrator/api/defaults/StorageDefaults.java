package kontiki.orchestrator.api.defaults;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;

/** The defaults of volumes and of what provides them. */
final class StorageDefaults {
  private StorageDefaults() {}

  static void persistentVolume(JsonObject volume) {
    JsonObject spec = volume.ensureObject("spec");
    Absent.text(volume.ensureObject("status"), "phase", "Pending");
    Absent.text(spec, "persistentVolumeReclaimPolicy", "Retain");
    Absent.put(spec, "volumeMode", "Filesystem");
    VolumeDefaults.remote(spec);
    JsonObject hostPath = spec.object("hostPath");
    if (hostPath != null) {
      Absent.put(hostPath, "type", "");
    }
    PodDefaults.roundUp(spec.object("capacity"));
  }

  static void claim(JsonObject claim) {
    Absent.text(claim.ensureObject("status"), "phase", "Pending");
    JsonObject spec = claim.ensureObject("spec");
    Absent.put(spec, "volumeMode", "Filesystem");
    JsonObject resources = spec.object("resources");
    if (resources != null) {
      PodDefaults.roundUp(resources.object("requests"));
      PodDefaults.roundUp(resources.object("limits"));
    }
  }

  static void storageClass(JsonObject storageClass) {
    Absent.put(storageClass, "reclaimPolicy", "Delete");
    Absent.put(storageClass, "volumeBindingMode", "Immediate");
  }

  static void csiDriver(JsonObject driver) {
    JsonObject spec = driver.ensureObject("spec");
    Absent.put(spec, "attachRequired", true);
    Absent.put(spec, "podInfoOnMount", false);
    Absent.put(spec, "storageCapacity", false);
    Absent.put(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
    Absent.put(spec, "requiresRepublish", false);
    Absent.put(spec, "seLinuxMount", false);
    if (spec.strings("volumeLifecycleModes").isEmpty()) {
      spec.put("volumeLifecycleModes", List.of("Persistent"));
    }
  }
}
