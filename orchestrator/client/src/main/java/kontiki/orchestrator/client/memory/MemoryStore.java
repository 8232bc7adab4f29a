package kontiki.orchestrator.client.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.Json;
import org.jspecify.annotations.Nullable;

/**
 * Objects with one revision counter and a history for watches, as a real store has them. Used under
 * the lock of {@link MemoryApi}.
 */
final class MemoryStore {
  /** Events kept for watches that start in the past; older starts get 410. */
  static final int MAX_HISTORY = 20_000;

  private record Change(
      long revision,
      String collection,
      @Nullable Map<String, Object> before,
      @Nullable Map<String, Object> after) {}

  private record Watcher(
      String collection,
      @Nullable String namespace,
      @Nullable String labels,
      @Nullable String fields,
      MemoryWatch out) {

    boolean selects(@Nullable Map<String, Object> object) {
      return object != null
          && (namespace == null || namespace.equals(Trees.text(object, "metadata", "namespace")))
          && MemorySelectors.labels(labels, object)
          && MemorySelectors.fields(fields, object);
    }
  }

  private final Map<String, TreeMap<String, Map<String, Object>>> collections = new TreeMap<>();
  private final List<Change> history = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private long revision;
  private long compacted;

  long revision() {
    return revision;
  }

  static String key(@Nullable String namespace, String name) {
    return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
  }

  static String keyOf(Map<String, Object> object) {
    return key(Trees.text(object, "metadata", "namespace"), Trees.text(object, "metadata", "name"));
  }

  @Nullable Map<String, Object> get(String collection, String key) {
    return objects(collection).get(key);
  }

  List<Map<String, Object>> list(MemoryPath path) {
    Watcher selector =
        new Watcher(
            path.collection(),
            path.namespace(),
            path.query().get("labelSelector"),
            path.query().get("fieldSelector"),
            new MemoryWatch());
    return objects(path.collection()).values().stream().filter(selector::selects).toList();
  }

  private TreeMap<String, Map<String, Object>> objects(String collection) {
    return collections.computeIfAbsent(collection, name -> new TreeMap<>());
  }

  /** Stores an object under the next revision and tells the watches. */
  Map<String, Object> put(String collection, Map<String, Object> object) {
    revision++;
    Map<String, Object> stored = Trees.withMeta(object, "resourceVersion", Long.toString(revision));
    Map<String, Object> before = objects(collection).put(keyOf(stored), stored);
    publish(new Change(revision, collection, before, stored));
    return stored;
  }

  /** Removes an object; what watches hear carries the revision of the removal. */
  Map<String, Object> remove(String collection, Map<String, Object> object) {
    revision++;
    objects(collection).remove(keyOf(object));
    Map<String, Object> last = Trees.withMeta(object, "resourceVersion", Long.toString(revision));
    publish(new Change(revision, collection, last, null));
    return last;
  }

  private void publish(Change change) {
    history.add(change);
    if (history.size() > MAX_HISTORY) {
      compact(history.get(history.size() / 2).revision());
    }
    watchers.removeIf(watcher -> watcher.out().ended());
    for (Watcher watcher : watchers) {
      tell(watcher, change);
    }
  }

  private static void tell(Watcher watcher, Change change) {
    if (!watcher.collection().equals(change.collection())) {
      return;
    }
    boolean was = watcher.selects(change.before());
    boolean is = watcher.selects(change.after());
    if (is) {
      send(watcher.out(), was ? "MODIFIED" : "ADDED", Objects.requireNonNull(change.after()));
    } else if (was) {
      Map<String, Object> last =
          change.after() == null ? Objects.requireNonNull(change.before()) : change.after();
      send(watcher.out(), "DELETED", last);
    }
  }

  private static void send(MemoryWatch out, String type, Object object) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("object", object);
    byte[] json = Json.write(event);
    byte[] line = new byte[json.length + 1];
    System.arraycopy(json, 0, line, 0, json.length);
    line[json.length] = '\n';
    out.put(line);
  }

  /** Forgets the history up to a revision. */
  void compact(long upTo) {
    history.removeIf(change -> change.revision() <= upTo);
    compacted = Math.max(compacted, upTo);
  }

  MemoryWatch watch(MemoryPath path) {
    String from = path.query().getOrDefault("resourceVersion", "0");
    MemoryWatch out = new MemoryWatch();
    Watcher watcher =
        new Watcher(
            path.collection(),
            path.namespace(),
            path.query().get("labelSelector"),
            path.query().get("fieldSelector"),
            out);
    if (from.isEmpty() || from.equals("0")) {
      list(path).forEach(object -> send(out, "ADDED", object));
    } else {
      long after = Long.parseLong(from);
      if (after < compacted) {
        throw new ApiException(410, "Expired", "too old resource version: " + from);
      }
      for (Change change : history) {
        if (change.revision() > after) {
          tell(watcher, change);
        }
      }
    }
    watchers.add(watcher);
    return out;
  }

  /** Sends every watch the current revision, as a server does now and then. */
  void bookmark() {
    for (Watcher watcher : watchers) {
      Map<String, Object> meta = new LinkedHashMap<>();
      meta.put("resourceVersion", Long.toString(revision));
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("metadata", meta);
      send(watcher.out(), "BOOKMARK", object);
    }
  }

  List<MemoryWatch> watches() {
    return watchers.stream().map(Watcher::out).toList();
  }
}
