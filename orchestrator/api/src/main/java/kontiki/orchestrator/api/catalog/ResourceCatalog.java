package kontiki.orchestrator.api.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The resources that are served, by path and by kind. Immutable: {@link #with} and {@link #without}
 * make a new one, so that readers on any thread keep a consistent view.
 */
public final class ResourceCatalog {
  private record Key(String group, String version, String name) {}

  private final List<ResourceType> types;
  private final Map<Key, ResourceType> byPlural = new LinkedHashMap<>();
  private final Map<Key, ResourceType> byKind = new LinkedHashMap<>();
  private final Map<String, List<String>> versions = new TreeMap<>();

  private ResourceCatalog(List<ResourceType> types) {
    this.types = List.copyOf(types);
    for (ResourceType type : types) {
      byPlural.put(new Key(type.group(), type.version(), type.plural()), type);
      byKind.put(new Key(type.group(), type.version(), type.kind()), type);
      List<String> known = versions.computeIfAbsent(type.group(), group -> new ArrayList<>());
      if (!known.contains(type.version())) {
        known.add(type.version());
      }
    }
    versions.values().forEach(list -> list.sort(VersionOrder.NEWEST_FIRST));
  }

  /** The resources of Kubernetes itself. */
  public static ResourceCatalog builtin() {
    return Builtin.CATALOG;
  }

  public static ResourceCatalog of(Collection<ResourceType> types) {
    return new ResourceCatalog(List.copyOf(types));
  }

  /** This catalog and more resources, which take the place of those of the same path. */
  public ResourceCatalog with(Collection<ResourceType> added) {
    Map<Key, ResourceType> all = new LinkedHashMap<>(byPlural);
    for (ResourceType type : added) {
      all.put(new Key(type.group(), type.version(), type.plural()), type);
    }
    return new ResourceCatalog(List.copyOf(all.values()));
  }

  /** This catalog without the resources of one name in all versions of its group. */
  public ResourceCatalog without(String group, String plural) {
    return new ResourceCatalog(
        types.stream()
            .filter(type -> !(type.group().equals(group) && type.plural().equals(plural)))
            .toList());
  }

  public List<ResourceType> types() {
    return types;
  }

  public @Nullable ResourceType byPlural(String group, String version, String plural) {
    return byPlural.get(new Key(group, version, plural));
  }

  public @Nullable ResourceType byKind(String group, String version, String kind) {
    return byKind.get(new Key(group, version, kind));
  }

  /** The resource of a kind as objects name it: {@code apps/v1} and {@code Deployment}. */
  public @Nullable ResourceType byKind(String apiVersion, String kind) {
    GroupVersion version = GroupVersion.parse(apiVersion);
    return byKind(version.group(), version.version(), kind);
  }

  /** The groups in alphabetical order; core, which is the empty name, comes first. */
  public List<String> groups() {
    return List.copyOf(versions.keySet());
  }

  /** The versions of a group, the preferred one first; empty where the group is not served. */
  public List<String> versions(String group) {
    return List.copyOf(versions.getOrDefault(group, List.of()));
  }

  public @Nullable String preferredVersion(String group) {
    List<String> known = versions.get(group);
    return known == null ? null : known.getFirst();
  }

  /** The resources of one version of a group, by plural name. */
  public List<ResourceType> resources(String group, String version) {
    return types.stream()
        .filter(type -> type.group().equals(group) && type.version().equals(version))
        .sorted((a, b) -> a.plural().compareTo(b.plural()))
        .toList();
  }

  private static final class Builtin {
    static final ResourceCatalog CATALOG = new ResourceCatalog(BuiltinTypes.read());
  }
}
