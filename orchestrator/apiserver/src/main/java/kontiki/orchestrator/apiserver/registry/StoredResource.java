package kontiki.orchestrator.apiserver.registry;

import java.util.List;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.apiserver.cache.StoreFeed;
import kontiki.orchestrator.apiserver.cache.WatchCache;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;

/**
 * One kind of objects in the store, whatever versions it is served in.
 *
 * @param type the version in which it is stored
 * @param prefix of its keys, ending in '/'
 */
public record StoredResource(
    ResourceType type, String prefix, WatchCache cache, Strategy strategy) {

  /** A resource with an empty cache. */
  public static StoredResource of(ResourceType type, Strategy strategy) {
    String prefix = prefixOf(type.group(), type.plural());
    return new StoredResource(
        type, prefix, new WatchCache(prefix, FieldIndexes.of(type)), strategy);
  }

  static String prefixOf(String group, String plural) {
    return StoreFeed.ROOT + (group.isEmpty() ? "core" : group) + "/" + plural + "/";
  }

  /** The key of an object; the namespace is empty for cluster-wide resources. */
  public String key(String namespace, String name) {
    return namespace.isEmpty() ? prefix + name : prefix + namespace + "/" + name;
  }

  /** Whether field selectors may name a field. */
  public boolean allowsField(String field) {
    return FieldIndexes.allows(type, field);
  }

  public StatusException notFound(String name) {
    return Failures.notFound(type.group(), type.plural(), name);
  }

  public StatusException modified(String name) {
    return Failures.modified(type.group(), type.plural(), name);
  }

  public StatusException forbidden(String name, String message) {
    return Failures.forbidden(type.group(), type.plural(), name, message);
  }

  public StatusException invalid(
      String name, List<kontiki.orchestrator.apiserver.status.FieldError> errors) {
    return Failures.invalid(type.group(), type.kind(), name, errors);
  }
}
