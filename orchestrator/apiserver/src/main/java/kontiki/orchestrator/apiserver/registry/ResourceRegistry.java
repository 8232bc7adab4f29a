package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.apiserver.cache.WatchCache;

/** All resources, and what reads and writes them. Immutable; thread-safe. */
public final class ResourceRegistry {
  private final ResourceCatalog catalog;
  private final Map<String, StoredResource> resources;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final ObjectDeleter deleter;
  private final Patcher patcher;
  private final Forms forms = new Forms();

  public ResourceRegistry(
      ResourceCatalog catalog,
      Collection<StoredResource> resources,
      ObjectReader reader,
      ObjectWriter writer,
      ObjectDeleter deleter) {
    this.catalog = catalog;
    this.resources = new HashMap<>();
    for (StoredResource each : resources) {
      this.resources.put(each.type().groupResource(), each);
    }
    this.reader = reader;
    this.writer = writer;
    this.deleter = deleter;
    this.patcher = new Patcher(writer, forms, writer.clock());
  }

  /** The stored resources of a catalog, each once, in the version in which it is stored. */
  public static List<StoredResource> stored(
      ResourceCatalog catalog, Map<String, Strategy> strategies) {
    Map<String, StoredResource> stored = new LinkedHashMap<>();
    for (String group : catalog.groups()) {
      for (String version : catalog.versions(group)) {
        for (ResourceType type : catalog.resources(group, version)) {
          boolean isStored = type.allows("get") && type.allows("create");
          if (isStored && !isEventAlias(type)) {
            stored.putIfAbsent(
                type.groupResource(),
                StoredResource.of(
                    type, strategies.getOrDefault(type.groupResource(), Strategy.PLAIN)));
          }
        }
      }
    }
    return new ArrayList<>(stored.values());
  }

  /** Events of both groups are the same objects, stored as those of core. */
  private static boolean isEventAlias(ResourceType type) {
    return type.plural().equals("events") && !type.group().isEmpty();
  }

  public ResourceCatalog catalog() {
    return catalog;
  }

  public boolean isStored(ResourceType type) {
    return resources.containsKey(storedName(type));
  }

  private static String storedName(ResourceType type) {
    return isEventAlias(type) ? "events" : type.groupResource();
  }

  /** Where a type's objects lie; for virtual resources something that is never read. */
  public StoredResource resource(ResourceType type) {
    StoredResource stored = resources.get(storedName(type));
    return stored != null ? stored : StoredResource.of(type, Strategy.PLAIN);
  }

  /**
   * A resource that is always there, as {@code pods} or {@code roles.rbac.authorization.k8s.io}.
   */
  public StoredResource resource(String groupResource) {
    StoredResource stored = resources.get(groupResource);
    if (stored == null) {
      throw new IllegalArgumentException("no resource " + groupResource);
    }
    return stored;
  }

  public WatchCache cache(String groupResource) {
    return resource(groupResource).cache();
  }

  public ObjectReader reader() {
    return reader;
  }

  public ObjectWriter writer() {
    return writer;
  }

  public ObjectDeleter deleter() {
    return deleter;
  }

  public Patcher patcher() {
    return patcher;
  }

  public Forms forms() {
    return forms;
  }
}
