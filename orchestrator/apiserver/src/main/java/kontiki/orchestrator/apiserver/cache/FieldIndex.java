package kontiki.orchestrator.apiserver.cache;

import java.util.Map;
import kontiki.orchestrator.api.tree.JsonObject;

/** Which fields of a kind its field selectors may name, and their values in one object. */
@FunctionalInterface
public interface FieldIndex {
  /** Always holds metadata.name, and metadata.namespace where the object has one. */
  Map<String, String> fieldsOf(JsonObject object);
}
