package kontiki.orchestrator.apiserver.registry;

import java.util.Map;
import kontiki.orchestrator.api.tree.JsonObject;

/** Events between core/v1 and events.k8s.io/v1, which name the same fields differently. Pure. */
final class EventConversion {
  /** Names in core/v1 and in events.k8s.io/v1; names that are alike in both are not listed. */
  private static final Map<String, String> TO_NEW =
      Map.of(
          "involvedObject", "regarding",
          "message", "note",
          "source", "deprecatedSource",
          "firstTimestamp", "deprecatedFirstTimestamp",
          "lastTimestamp", "deprecatedLastTimestamp",
          "count", "deprecatedCount",
          "reportingComponent", "reportingController");

  private EventConversion() {}

  static JsonObject convert(JsonObject event, String toGroup) {
    boolean toCore = toGroup.isEmpty();
    JsonObject converted = new JsonObject(event.size());
    event.forEach((key, value) -> {
      if (key.equals("apiVersion")) {
        converted.put(key, toCore ? "v1" : "events.k8s.io/v1");
      } else {
        converted.put(toCore ? toCore(key) : TO_NEW.getOrDefault(key, key), copy(value));
      }
    });
    return converted;
  }

  private static @org.jspecify.annotations.Nullable Object copy(
      @org.jspecify.annotations.Nullable Object value) {
    return JsonObject.deepCopyOf(value);
  }

  private static String toCore(String key) {
    for (Map.Entry<String, String> pair : TO_NEW.entrySet()) {
      if (pair.getValue().equals(key)) {
        return pair.getKey();
      }
    }
    return key;
  }
}
