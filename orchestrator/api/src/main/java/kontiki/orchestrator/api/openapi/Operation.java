package kontiki.orchestrator.api.openapi;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with a path.
 *
 * @param method get, put, post, delete or patch
 * @param id a name that no other operation has
 * @param action the verb as authorization knows it
 * @param body a reference to the schema of what is sent; null for nothing
 * @param answer a reference to the schema of what comes back; null for text
 */
record Operation(
    String path,
    String method,
    String id,
    String action,
    String description,
    JsonObject kind,
    List<Parameter> parameters,
    @Nullable JsonObject body,
    @Nullable JsonObject answer) {
  /** A parameter of the query. */
  record Parameter(String name, String type, String description) {}
}
