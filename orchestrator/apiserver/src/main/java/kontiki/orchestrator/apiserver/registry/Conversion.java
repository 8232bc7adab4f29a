package kontiki.orchestrator.apiserver.registry;

import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * Objects of one kind from one version to another. Only events and horizontal pod autoscalers are
 * served in two versions whose fields differ. Pure.
 */
public final class Conversion {
  private Conversion() {}

  /** The object in another version of its kind: the object itself where they are the same. */
  public static JsonObject convert(JsonObject object, ResourceType to) {
    String from = object.string("apiVersion", "");
    if (from.equals(to.apiVersion())) {
      return object;
    }
    return switch (to.kind()) {
      case "Event" -> EventConversion.convert(object, to.group());
      case "HorizontalPodAutoscaler" -> AutoscalerConversion.convert(object, to.version());
      default -> {
        JsonObject converted = object.deepCopy();
        converted.put("apiVersion", to.apiVersion());
        yield converted;
      }
    };
  }
}
