package kontiki.orchestrator.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What kinds a server serves, from its aggregated discovery documents, or from the older ones where
 * it has only those.
 */
public final class Discovery {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
          + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
          + "application/json";

  private Discovery() {}

  /**
   * One served resource.
   *
   * @param preferred whether its version is the group's preferred one
   */
  public record Served(
      ResourceRef ref,
      String singular,
      Set<String> verbs,
      List<String> shortNames,
      List<String> categories,
      boolean preferred) {
    public Served {
      verbs = Set.copyOf(verbs);
      shortNames = List.copyOf(shortNames);
      categories = List.copyOf(categories);
    }
  }

  /**
   * Every resource of every version, core group first; no subresources.
   *
   * @throws ApiException when the server cannot be asked
   */
  public static List<Served> all(ApiClient client) {
    List<Served> out = new ArrayList<>();
    JsonNode core = document(client, "/api");
    JsonNode groups = document(client, "/apis");
    if (isAggregated(core) && isAggregated(groups)) {
      aggregated(core, out);
      aggregated(groups, out);
      return List.copyOf(out);
    }
    for (JsonNode version : core.path("versions")) {
      String name = version.asString();
      legacy(document(client, "/api/" + name), "", name, true, out);
    }
    for (JsonNode group : groups.path("groups")) {
      String preferred = group.path("preferredVersion").path("version").asString("");
      for (JsonNode version : group.path("versions")) {
        String name = version.path("version").asString();
        String path = "/apis/" + version.path("groupVersion").asString();
        legacy(
            document(client, path),
            group.path("name").asString(),
            name,
            name.equals(preferred),
            out);
      }
    }
    return List.copyOf(out);
  }

  private static boolean isAggregated(JsonNode document) {
    return document.path("kind").asString("").equals("APIGroupDiscoveryList");
  }

  private static JsonNode document(ApiClient client, String path) {
    ApiRequest request = ApiRequest.get(path).withHeader("Accept", AGGREGATED);
    return Json.tree(client.send(request));
  }

  private static void aggregated(JsonNode list, List<Served> out) {
    for (JsonNode group : list.path("items")) {
      String groupName = group.path("metadata").path("name").asString("");
      boolean first = true;
      for (JsonNode version : group.path("versions")) {
        String versionName = version.path("version").asString();
        for (JsonNode resource : version.path("resources")) {
          out.add(
              new Served(
                  new ResourceRef(
                      groupName,
                      versionName,
                      resource.path("resource").asString(),
                      resource.path("responseKind").path("kind").asString(""),
                      resource.path("scope").asString("").equals("Namespaced")),
                  resource.path("singularResource").asString(""),
                  new LinkedHashSet<>(strings(resource.path("verbs"))),
                  strings(resource.path("shortNames")),
                  strings(resource.path("categories")),
                  first));
        }
        first = false;
      }
    }
  }

  private static void legacy(
      JsonNode list, String group, String version, boolean preferred, List<Served> out) {
    for (JsonNode resource : list.path("resources")) {
      String plural = resource.path("name").asString();
      if (plural.indexOf('/') >= 0) {
        continue;
      }
      out.add(
          new Served(
              new ResourceRef(
                  group,
                  version,
                  plural,
                  resource.path("kind").asString(""),
                  resource.path("namespaced").asBoolean(false)),
              resource.path("singularName").asString(""),
              new LinkedHashSet<>(strings(resource.path("verbs"))),
              strings(resource.path("shortNames")),
              strings(resource.path("categories")),
              preferred));
    }
  }

  private static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
  }
}
