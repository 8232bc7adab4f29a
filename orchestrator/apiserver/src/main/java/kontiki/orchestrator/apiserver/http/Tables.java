package kontiki.orchestrator.apiserver.http;

import java.time.Instant;
import java.time.InstantSource;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.table.TableLayout;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** Objects as rows of a {@code meta.k8s.io Table}, as kubectl prints them. Thread-safe. */
public final class Tables {
  private final InstantSource clock;

  public Tables(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param objects in the type's version
   * @param listMetadata of the list, null where a single object is shown
   */
  JsonObject of(
      ApiRequest request,
      ResourceType type,
      Format format,
      JsonArray objects,
      @Nullable JsonObject listMetadata) {
    TableLayout layout = kontiki.orchestrator.api.table.Tables.of(type.group(), type.kind());
    Instant now = clock.instant();
    String include = request.query().get("includeObject");
    JsonArray rows = new JsonArray(objects.size());
    for (JsonObject object : objects.objects()) {
      JsonObject row = JsonObject.of("cells", layout.cells(object, now));
      switch (include) {
        case "None" -> row.put("object", null);
        case "Object" -> row.put("object", object);
        default -> row.put("object", Answers.partial(object, format));
      }
      rows.append(row);
    }
    return JsonObject.of(
        "kind",
        "Table",
        "apiVersion",
        "meta.k8s.io/" + format.version(),
        "metadata",
        metadata(objects, listMetadata),
        "columnDefinitions",
        layout.columnDefinitions(),
        "rows",
        rows);
  }

  private static JsonObject metadata(JsonArray objects, @Nullable JsonObject listMetadata) {
    if (listMetadata != null) {
      return listMetadata;
    }
    JsonObject metadata = new JsonObject();
    if (!objects.isEmpty()) {
      String version = objects.objects().getFirst().stringAt("metadata", "resourceVersion");
      if (version != null) {
        metadata.put("resourceVersion", version);
      }
    }
    return metadata;
  }
}
