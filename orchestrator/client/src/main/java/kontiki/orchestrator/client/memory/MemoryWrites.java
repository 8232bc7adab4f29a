package kontiki.orchestrator.client.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiException;
import org.jspecify.annotations.Nullable;

/** The writing verbs of {@link MemoryApi}; used under its lock. */
final class MemoryWrites {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;

  private final MemoryStore store;
  private final Supplier<String> now;
  private final RandomGenerator random;

  MemoryWrites(MemoryStore store, Supplier<String> now, RandomGenerator random) {
    this.store = store;
    this.now = now;
    this.random = random;
  }

  Map<String, Object> require(MemoryPath path, String name) {
    Map<String, Object> found =
        store.get(path.collection(), MemoryStore.key(path.namespace(), name));
    if (found == null) {
      throw new ApiException(404, "NotFound", path.collection() + " \"" + name + "\" not found");
    }
    return found;
  }

  Map<String, Object> create(MemoryPath path, Map<String, Object> body) {
    Map<String, Object> object = body;
    String name = Trees.text(body, "metadata", "name");
    if (name.isEmpty()) {
      name = Trees.text(body, "metadata", "generateName") + suffix();
      object = Trees.withMeta(object, "name", name);
    }
    if (path.namespace() != null) {
      object = Trees.withMeta(object, "namespace", path.namespace());
      refuseInEndingNamespace(path.namespace());
    }
    if (store.get(path.collection(), MemoryStore.key(path.namespace(), name)) != null) {
      throw new ApiException(
          409, "AlreadyExists", path.collection() + " \"" + name + "\" already exists");
    }
    object = Trees.withMeta(object, "uid", MemoryApi.uid(random));
    object = Trees.withMeta(object, "creationTimestamp", now.get());
    object = Trees.withMeta(object, "generation", 1);
    if (path.plural().equals("pods")) {
      object = Trees.merge(object, Map.of("status", Map.of("phase", "Pending")));
    }
    if (path.plural().equals("namespaces")) {
      object = Trees.merge(object, Map.of("spec", Map.of("finalizers", List.of("kubernetes"))));
      object = Trees.merge(object, Map.of("status", Map.of("phase", "Active")));
    }
    return store.put(path.collection(), object);
  }

  private void refuseInEndingNamespace(String namespace) {
    Map<String, Object> found = store.get("namespaces", namespace);
    if (found != null && Trees.at(found, "metadata", "deletionTimestamp") != null) {
      throw new ApiException(403, "Forbidden", "the namespace " + namespace + " is ending");
    }
  }

  private String suffix() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < SUFFIX; i++) {
      out.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return out.toString();
  }

  Map<String, Object> replace(MemoryPath path, Map<String, Object> body) {
    String name = Objects.requireNonNull(path.name());
    Map<String, Object> old = require(path, name);
    String version = Trees.text(body, "metadata", "resourceVersion");
    checkVersion(old, version, path);
    return write(path, old, body);
  }

  Map<String, Object> patch(
      MemoryPath path, Map<String, Object> patch, @Nullable String contentType) {
    if (contentType == null || !contentType.contains("merge-patch")) {
      throw new ApiException(415, "UnsupportedMediaType", "only merge patches: " + contentType);
    }
    Map<String, Object> old = require(path, Objects.requireNonNull(path.name()));
    checkVersion(old, Trees.text(patch, "metadata", "resourceVersion"), path);
    String uid = Trees.text(patch, "metadata", "uid");
    if (!uid.isEmpty() && !uid.equals(Trees.text(old, "metadata", "uid"))) {
      throw new ApiException(409, "Conflict", "the uid is another");
    }
    return write(path, old, Trees.merge(old, patch));
  }

  private static void checkVersion(Map<String, Object> old, String version, MemoryPath path) {
    if (!version.isEmpty() && !version.equals(Trees.text(old, "metadata", "resourceVersion"))) {
      throw new ApiException(
          409,
          "Conflict",
          "Operation cannot be fulfilled on "
              + path.collection()
              + " \""
              + path.name()
              + "\": the object has been modified; please apply your changes to the latest"
              + " version");
    }
  }

  private Map<String, Object> write(
      MemoryPath path, Map<String, Object> old, Map<String, Object> wanted) {
    Map<String, Object> object = new LinkedHashMap<>(wanted);
    Map<String, Object> oldMeta = Trees.object(old.get("metadata"));
    for (String kept :
        List.of(
            "uid",
            "creationTimestamp",
            "generation",
            "name",
            "namespace",
            "deletionTimestamp",
            "deletionGracePeriodSeconds")) {
      object = Trees.withMeta(object, kept, oldMeta.get(kept));
    }
    if ("status".equals(path.subresource())) {
      Map<String, Object> changed = new LinkedHashMap<>(old);
      changed.put("status", object.getOrDefault("status", Map.of()));
      object = changed;
    } else if (old.containsKey("status")) {
      object.put("status", old.get("status"));
    }
    if (!Objects.equals(object.get("spec"), old.get("spec"))) {
      long generation = Long.parseLong(Trees.text(old, "metadata", "generation"));
      object = Trees.withMeta(object, "generation", generation + 1);
    }
    object = Trees.withMeta(object, "resourceVersion", oldMeta.get("resourceVersion"));
    if (object.equals(old)) {
      return old;
    }
    return isReadyToGo(path, object)
        ? store.remove(path.collection(), object)
        : store.put(path.collection(), object);
  }

  /** Whether nothing holds an object that is being deleted. */
  private static boolean isReadyToGo(MemoryPath path, Map<String, Object> object) {
    if (Trees.at(object, "metadata", "deletionTimestamp") == null) {
      return false;
    }
    boolean inGrace =
        path.plural().equals("pods")
            && !Trees.text(object, "metadata", "deletionGracePeriodSeconds").equals("0");
    boolean held = !Trees.strings(Trees.at(object, "metadata", "finalizers")).isEmpty();
    boolean content =
        path.plural().equals("namespaces")
            && !Trees.strings(Trees.at(object, "spec", "finalizers")).isEmpty();
    return !inGrace && !held && !content;
  }

  Map<String, Object> postSubresource(MemoryPath path, Map<String, Object> body) {
    String name = Objects.requireNonNull(path.name());
    if (!"binding".equals(path.subresource())) {
      throw new ApiException(404, "NotFound", "no subresource " + path.subresource());
    }
    Map<String, Object> pod = require(path, name);
    String uid = Trees.text(body, "metadata", "uid");
    if (!uid.isEmpty() && !uid.equals(Trees.text(pod, "metadata", "uid"))) {
      throw new ApiException(409, "Conflict", "the pod is another");
    }
    if (!Trees.text(pod, "spec", "nodeName").isEmpty()) {
      throw new ApiException(409, "Conflict", "pod " + name + " is already assigned to a node");
    }
    String node = Trees.text(body, "target", "name");
    store.put(path.collection(), Trees.merge(pod, Map.of("spec", Map.of("nodeName", node))));
    return Map.of("kind", "Status", "status", "Success");
  }

  Map<String, Object> delete(MemoryPath path, String name, Map<String, Object> options) {
    Map<String, Object> object = require(path, name);
    String uid = Trees.text(options, "preconditions", "uid");
    if (!uid.isEmpty() && !uid.equals(Trees.text(object, "metadata", "uid"))) {
      throw new ApiException(409, "Conflict", "the uid is another");
    }
    checkVersion(object, Trees.text(options, "preconditions", "resourceVersion"), path);
    object = propagate(object, Trees.text(options, "propagationPolicy"));
    boolean first = Trees.at(object, "metadata", "deletionTimestamp") == null;
    String grace = Trees.text(options, "gracePeriodSeconds");
    if (first || grace.equals("0")) {
      boolean waits =
          path.plural().equals("pods")
              && !Trees.text(object, "spec", "nodeName").isEmpty()
              && !grace.equals("0");
      object = Trees.withMeta(object, "deletionGracePeriodSeconds", waits ? 30 : 0);
      if (first) {
        object = Trees.withMeta(object, "deletionTimestamp", now.get());
      }
    }
    if (path.plural().equals("namespaces")) {
      object = Trees.merge(object, Map.of("status", Map.of("phase", "Terminating")));
    }
    return isReadyToGo(path, object)
        ? store.remove(path.collection(), object)
        : store.put(path.collection(), object);
  }

  private static Map<String, Object> propagate(Map<String, Object> object, String policy) {
    String finalizer =
        switch (policy) {
          case "Orphan" -> "orphan";
          case "Foreground" -> "foregroundDeletion";
          default -> "";
        };
    List<String> finalizers =
        new ArrayList<>(Trees.strings(Trees.at(object, "metadata", "finalizers")));
    if (finalizer.isEmpty() || finalizers.contains(finalizer)) {
      return object;
    }
    finalizers.add(finalizer);
    return Trees.withMeta(object, "finalizers", finalizers);
  }
}
