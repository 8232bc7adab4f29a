package kontiki.orchestrator.api.defaults;

import java.util.Set;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** The defaults of a pod's volumes. */
final class VolumeDefaults {
  /** 0644 in octal. */
  private static final int FILE_MODE = 420;

  private static final Set<String> WITH_MODE =
      Set.of("secret", "configMap", "downwardAPI", "projected");

  private VolumeDefaults() {}

  static void volume(JsonObject volume) {
    boolean sourced = false;
    for (int i = 0; i < volume.size(); i++) {
      sourced |= !volume.keyAt(i).equals("name") && volume.valueAt(i) != null;
    }
    if (!sourced) {
      volume.put("emptyDir", new JsonObject());
      return;
    }
    for (String source : WITH_MODE) {
      JsonObject files = volume.object(source);
      if (files != null) {
        Absent.put(files, "defaultMode", FILE_MODE);
      }
    }
    downwardItems(volume.object("downwardAPI"));
    projected(volume.object("projected"));
    remote(volume);
    JsonObject hostPath = volume.object("hostPath");
    if (hostPath != null) {
      Absent.put(hostPath, "type", "");
    }
    JsonObject image = volume.object("image");
    if (image != null) {
      Absent.text(image, "pullPolicy", PodDefaults.pullPolicy(image.string("reference", "")));
    }
    JsonObject claim = volume.objectAt("ephemeral", "volumeClaimTemplate");
    if (claim != null) {
      Absent.put(claim.ensureObject("spec"), "volumeMode", "Filesystem");
    }
  }

  private static void downwardItems(@Nullable JsonObject source) {
    if (source != null) {
      source.objects("items").forEach(PodDefaults::fieldRef);
    }
  }

  private static void projected(@Nullable JsonObject projected) {
    if (projected == null) {
      return;
    }
    for (JsonObject source : projected.objects("sources")) {
      downwardItems(source.object("downwardAPI"));
      JsonObject token = source.object("serviceAccountToken");
      if (token != null) {
        Absent.put(token, "expirationSeconds", 3600);
      }
    }
  }

  /** The defaults of sources that volumes and persistent volumes share. */
  static void remote(JsonObject source) {
    JsonObject iscsi = source.object("iscsi");
    if (iscsi != null) {
      Absent.text(iscsi, "iscsiInterface", "default");
    }
    JsonObject rbd = source.object("rbd");
    if (rbd != null) {
      Absent.text(rbd, "pool", "rbd");
      Absent.text(rbd, "user", "admin");
      Absent.text(rbd, "keyring", "/etc/ceph/keyring");
    }
    JsonObject azure = source.object("azureDisk");
    if (azure != null) {
      Absent.put(azure, "cachingMode", "ReadWrite");
      Absent.put(azure, "kind", "Shared");
      Absent.put(azure, "fsType", "ext4");
      Absent.put(azure, "readOnly", false);
    }
    JsonObject scaleIo = source.object("scaleIO");
    if (scaleIo != null) {
      Absent.text(scaleIo, "storageMode", "ThinProvisioned");
      Absent.text(scaleIo, "fsType", "xfs");
    }
  }
}
