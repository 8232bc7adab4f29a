package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects that an informer knows, with indexes. Written by the informer's thread only; read by
 * any. What it hands out belongs to everybody and is never changed: make a copy through its builder
 * or {@link Json#copy} first. A list is a copy of one moment.
 */
public final class Store<T extends HasMetadata> {
  private final Map<String, Function<T, List<String>>> indexers = new LinkedHashMap<>();
  private final Map<String, T> byKey = new LinkedHashMap<>();
  private final Map<String, Map<String, Map<String, T>>> indexes = new LinkedHashMap<>();
  private @Nullable List<T> snapshot;

  Store() {
    addIndex(Indexes.NAMESPACE, object -> List.of(namespace(object)));
  }

  /** Adds an index to a store that holds nothing yet; the same name again changes nothing. */
  synchronized void addIndex(String name, Function<T, List<String>> keys) {
    if (!byKey.isEmpty()) {
      throw new IllegalStateException("an index is added before the first object");
    }
    indexers.putIfAbsent(name, keys);
    indexes.putIfAbsent(name, new LinkedHashMap<>());
  }

  /** {@code namespace/name}, or {@code name} where there is no namespace. */
  public static String key(HasMetadata object) {
    return key(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  public static String key(@Nullable String namespace, String name) {
    return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** The namespace in a key; empty where there is none. */
  public static String namespaceOf(String key) {
    int slash = key.indexOf('/');
    return slash < 0 ? "" : key.substring(0, slash);
  }

  public static String nameOf(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  public synchronized Optional<T> get(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  public Optional<T> get(String namespace, String name) {
    return get(key(namespace, name));
  }

  /** Everything at this moment; the same list until something changes. */
  public synchronized List<T> list() {
    List<T> found = snapshot;
    if (found == null) {
      found = List.copyOf(byKey.values());
      snapshot = found;
    }
    return found;
  }

  public List<T> inNamespace(String namespace) {
    return byIndex(Indexes.NAMESPACE, namespace);
  }

  /**
   * The objects under a key of an index.
   *
   * @throws IllegalArgumentException when the informer was built without that index
   */
  public synchronized List<T> byIndex(String index, String key) {
    Map<String, Map<String, T>> found = indexes.get(index);
    if (found == null) {
      throw new IllegalArgumentException("no index " + index + ", only " + indexes.keySet());
    }
    Map<String, T> objects = found.get(key);
    return objects == null ? List.of() : List.copyOf(objects.values());
  }

  public synchronized int size() {
    return byKey.size();
  }

  /** Puts an object; gives the older one. */
  synchronized @Nullable T put(T object) {
    String key = key(object);
    T old = byKey.put(key, object);
    if (old != null) {
      unindex(key, old);
    }
    index(key, object);
    snapshot = null;
    return old;
  }

  synchronized @Nullable T remove(String key) {
    T old = byKey.remove(key);
    if (old != null) {
      unindex(key, old);
      snapshot = null;
    }
    return old;
  }

  /** The keys that are not among the given ones. */
  synchronized List<String> keysWithout(Collection<String> kept) {
    List<String> out = new ArrayList<>();
    for (String key : byKey.keySet()) {
      if (!kept.contains(key)) {
        out.add(key);
      }
    }
    return out;
  }

  private void index(String key, T object) {
    indexers.forEach((name, keys) -> {
      Map<String, Map<String, T>> index = indexes.get(name);
      if (index != null) {
        for (String indexKey : keys.apply(object)) {
          index.computeIfAbsent(indexKey, k -> new LinkedHashMap<>()).put(key, object);
        }
      }
    });
  }

  private void unindex(String key, T object) {
    indexers.forEach((name, keys) -> {
      Map<String, Map<String, T>> index = indexes.get(name);
      if (index != null) {
        for (String indexKey : keys.apply(object)) {
          Map<String, T> objects = index.get(indexKey);
          if (objects != null) {
            objects.remove(key);
            if (objects.isEmpty()) {
              index.remove(indexKey);
            }
          }
        }
      }
    });
  }

  private static String namespace(HasMetadata object) {
    String found = object.getMetadata().getNamespace();
    return found == null ? "" : found;
  }
}
