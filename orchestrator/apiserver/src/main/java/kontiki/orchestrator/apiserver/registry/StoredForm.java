package kontiki.orchestrator.apiserver.registry;

import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.storage.Storage;

/**
 * Objects as they lie in the store: compact JSON that begins with kind, apiVersion and metadata,
 * and without a resource version, which is the revision of the key. JSON and not protobuf, because
 * lists and watches of clients that read JSON are then copies of stored bytes (docs/decisions).
 * Pure.
 */
public final class StoredForm {
  private StoredForm() {}

  public static byte[] encode(JsonObject object) {
    JsonObject ordered = new JsonObject(object.size());
    ordered.append("kind", object.get("kind"));
    ordered.append("apiVersion", object.get("apiVersion"));
    JsonObject metadata = new JsonObject();
    object
        .ensureObject("metadata")
        .forEach((key, value) -> {
          if (!key.equals("resourceVersion") && !key.equals("selfLink")) {
            metadata.append(key, value);
          }
        });
    ordered.append("metadata", metadata);
    object.forEach((key, value) -> {
      if (!key.equals("kind") && !key.equals("apiVersion") && !key.equals("metadata")) {
        ordered.append(key, value);
      }
    });
    return Json.write(ordered);
  }

  /** The object with its resource version, a tree of the caller's own. */
  public static JsonObject decode(Storage.Entry entry) {
    return withRevision(Json.parseObject(entry.value(), JsonLimits.TRUSTED), entry.revision());
  }

  public static JsonObject withRevision(JsonObject object, long revision) {
    object.ensureObject("metadata").put("resourceVersion", Long.toString(revision));
    return object;
  }
}
