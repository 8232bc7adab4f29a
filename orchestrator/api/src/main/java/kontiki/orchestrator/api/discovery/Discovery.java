package kontiki.orchestrator.api.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kontiki.orchestrator.api.catalog.GroupVersion;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The documents by which clients find out what is served: the legacy ones, and the aggregated ones
 * of {@code apidiscovery.k8s.io} (KEP-3352). Pure functions of a catalog.
 */
public final class Discovery {
  /** The groups in the order in which clients prefer them; others follow by name. */
  private static final List<String> ORDER =
      List.of(
          "apiregistration.k8s.io",
          "apps",
          "events.k8s.io",
          "authentication.k8s.io",
          "authorization.k8s.io",
          "autoscaling",
          "batch",
          "certificates.k8s.io",
          "networking.k8s.io",
          "policy",
          "rbac.authorization.k8s.io",
          "storage.k8s.io",
          "admissionregistration.k8s.io",
          "apiextensions.k8s.io",
          "scheduling.k8s.io",
          "coordination.k8s.io",
          "node.k8s.io",
          "discovery.k8s.io",
          "resource.k8s.io",
          "flowcontrol.apiserver.k8s.io");

  private Discovery() {}

  /** {@code /api}: the versions of the core group. */
  public static JsonObject coreVersions(ResourceCatalog catalog, String serverAddress) {
    return JsonObject.of(
        "kind",
        "APIVersions",
        "versions",
        catalog.versions(""),
        "serverAddressByClientCIDRs",
        List.of(JsonObject.of("clientCIDR", "0.0.0.0/0", "serverAddress", serverAddress)));
  }

  /** {@code /apis}: all groups but core. */
  public static JsonObject groupList(ResourceCatalog catalog) {
    JsonArray groups = new JsonArray();
    for (String name : groups(catalog)) {
      groups.append(groupFields(catalog, name, new JsonObject()));
    }
    return JsonObject.of("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
  }

  /** {@code /apis/GROUP}; null where it is not served. */
  public static @Nullable JsonObject group(ResourceCatalog catalog, String name) {
    if (name.isEmpty() || catalog.versions(name).isEmpty()) {
      return null;
    }
    return groupFields(catalog, name, JsonObject.of("kind", "APIGroup", "apiVersion", "v1"));
  }

  private static JsonObject groupFields(ResourceCatalog catalog, String name, JsonObject into) {
    JsonArray versions = new JsonArray();
    for (String version : catalog.versions(name)) {
      versions.append(JsonObject.of("groupVersion", name + "/" + version, "version", version));
    }
    return into.put("name", name)
        .put("versions", versions)
        .put("preferredVersion", versions.getFirst());
  }

  /** {@code /api/v1} or {@code /apis/GROUP/VERSION}; null where it is not served. */
  public static @Nullable JsonObject resourceList(ResourceCatalog catalog, GroupVersion version) {
    if (!catalog.versions(version.group()).contains(version.version())) {
      return null;
    }
    JsonArray resources = new JsonArray();
    for (ResourceType type : catalog.resources(version.group(), version.version())) {
      if (!type.verbs().isEmpty()) {
        resources.append(resource(type));
      }
      for (Subresource subresource : type.subresources()) {
        resources.append(subresource(type, subresource));
      }
    }
    return JsonObject.of(
        "kind",
        "APIResourceList",
        "apiVersion",
        "v1",
        "groupVersion",
        version.apiVersion(),
        "resources",
        resources);
  }

  private static JsonObject resource(ResourceType type) {
    JsonObject resource =
        JsonObject.of(
            "name",
            type.plural(),
            "singularName",
            type.singular(),
            "namespaced",
            type.namespaced(),
            "kind",
            type.kind(),
            "verbs",
            type.verbs());
    names(resource, type);
    return resource;
  }

  private static void names(JsonObject resource, ResourceType type) {
    if (!type.shortNames().isEmpty()) {
      resource.put("shortNames", type.shortNames());
    }
    if (!type.categories().isEmpty()) {
      resource.put("categories", type.categories());
    }
  }

  private static JsonObject subresource(ResourceType type, Subresource subresource) {
    JsonObject resource =
        JsonObject.of(
            "name",
            type.plural() + "/" + subresource.name(),
            "singularName",
            "",
            "namespaced",
            type.namespaced());
    if (!subresource.group().equals(type.group())
        || !subresource.version().equals(type.version())) {
      resource.put("group", subresource.group()).put("version", subresource.version());
    }
    return resource.put("kind", subresource.kind()).put("verbs", subresource.verbs());
  }

  /**
   * The aggregated document of {@code /api} or {@code /apis}.
   *
   * @param version v2 or v2beta1
   * @param core whether of {@code /api}
   */
  public static JsonObject aggregated(ResourceCatalog catalog, String version, boolean core) {
    JsonArray items = new JsonArray();
    for (String group : core ? List.of("") : groups(catalog)) {
      items.append(aggregatedGroup(catalog, group));
    }
    return JsonObject.of(
        "kind",
        "APIGroupDiscoveryList",
        "apiVersion",
        "apidiscovery.k8s.io/" + version,
        "metadata",
        new JsonObject(),
        "items",
        items);
  }

  private static JsonObject aggregatedGroup(ResourceCatalog catalog, String group) {
    JsonArray versions = new JsonArray();
    for (String version : catalog.versions(group)) {
      JsonArray resources = new JsonArray();
      for (ResourceType type : catalog.resources(group, version)) {
        resources.append(aggregatedResource(type));
      }
      versions.append(
          JsonObject.of("version", version, "resources", resources, "freshness", "Current"));
    }
    JsonObject metadata = new JsonObject();
    if (!group.isEmpty()) {
      metadata.put("name", group);
    }
    metadata.put("creationTimestamp", null);
    return JsonObject.of("metadata", metadata, "versions", versions);
  }

  private static JsonObject aggregatedResource(ResourceType type) {
    JsonObject resource =
        JsonObject.of(
            "resource",
            type.plural(),
            "responseKind",
            kind(type.group(), type.version(), type.kind()),
            "scope",
            type.namespaced() ? "Namespaced" : "Cluster",
            "singularResource",
            type.singular(),
            "verbs",
            type.verbs());
    names(resource, type);
    if (!type.subresources().isEmpty()) {
      JsonArray subresources = new JsonArray();
      for (Subresource one : type.subresources()) {
        subresources.append(
            JsonObject.of(
                "subresource",
                one.name(),
                "responseKind",
                kind(one.group(), one.version(), one.kind()),
                "verbs",
                one.verbs()));
      }
      resource.put("subresources", subresources);
    }
    return resource;
  }

  private static JsonObject kind(String group, String version, String kind) {
    return JsonObject.of("group", group, "version", version, "kind", kind);
  }

  private static List<String> groups(ResourceCatalog catalog) {
    List<String> groups = new ArrayList<>(catalog.groups());
    groups.remove("");
    groups.sort(
        Comparator.<String>comparingInt(group -> ORDER.contains(group) ? ORDER.indexOf(group) : 99)
            .thenComparing(Comparator.naturalOrder()));
    return groups;
  }
}
