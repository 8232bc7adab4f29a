package kontiki.orchestrator.apiserver.registry;

import java.util.List;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * Who may write the status: for kinds with a status subresource an ordinary write leaves the status
 * as it was, and a write of the status leaves the rest as it was. Pure.
 */
final class StatusRules {
  private static final String STATUS = "status";

  private StatusRules() {}

  static void clearForCreate(ResourceType type, JsonObject object) {
    if (type.hasSubresource(STATUS)) {
      object.remove(STATUS);
    }
  }

  static void keepStatus(ResourceType type, JsonObject object, JsonObject old) {
    if (!type.hasSubresource(STATUS)) {
      return;
    }
    Object status = old.get(STATUS);
    if (status == null) {
      object.remove(STATUS);
    } else {
      object.put(STATUS, JsonObject.deepCopyOf(status));
    }
  }

  /** The old object with the new status; pods and nodes may get other metadata with it. */
  static JsonObject statusOnly(ResourceType type, JsonObject object, JsonObject old) {
    JsonObject merged = old.deepCopy();
    merged.put(STATUS, object.get(STATUS));
    JsonObject metadata = ObjectMeta.of(merged);
    JsonObject given = ObjectMeta.of(object);
    boolean open =
        type.group().isEmpty() && (type.kind().equals("Pod") || type.kind().equals("Node"));
    for (String key : open ? List.of("labels", "annotations") : List.of("annotations")) {
      Object value = given.get(key);
      if (value == null) {
        metadata.remove(key);
      } else {
        metadata.put(key, value);
      }
    }
    Object managed = given.get("managedFields");
    if (managed != null) {
      metadata.put("managedFields", managed);
    }
    return merged;
  }
}
