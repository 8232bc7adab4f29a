package kontiki.orchestrator.controllers.garbage;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kontiki.orchestrator.client.ResourceRef;
import org.jspecify.annotations.Nullable;

/**
 * Which objects own which, by uid, as the informers last showed it. Thread-safe. What it hands out
 * are immutable copies.
 */
final class OwnerGraph {
  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  /** One object. */
  record Item(
      String uid,
      ResourceRef ref,
      @Nullable String namespace,
      String name,
      List<OwnerReference> owners,
      List<String> finalizers,
      boolean terminating) {
    Item {
      owners = List.copyOf(owners);
      finalizers = List.copyOf(finalizers);
    }

    static Item of(ResourceRef ref, HasMetadata object) {
      ObjectMeta meta = object.getMetadata();
      return new Item(
          meta.getUid(),
          ref,
          meta.getNamespace(),
          meta.getName(),
          meta.getOwnerReferences(),
          meta.getFinalizers(),
          meta.getDeletionTimestamp() != null);
    }

    /** Waits for its dependents to go first. */
    boolean isForeground() {
      return terminating && finalizers.contains(FOREGROUND);
    }

    /** Waits for its dependents to be let go. */
    boolean isOrphaning() {
      return terminating && finalizers.contains(ORPHAN);
    }

    boolean blocks(String owner) {
      return owners.stream()
          .anyMatch(
              o -> o.getUid().equals(owner) && Boolean.TRUE.equals(o.getBlockOwnerDeletion()));
    }
  }

  private final Map<String, Item> items = new HashMap<>();
  private final Map<String, Set<String>> dependents = new HashMap<>();

  /** An object appeared or changed; gives its older form. */
  synchronized Optional<Item> put(Item item) {
    Item old = items.put(item.uid(), item);
    if (old != null) {
      unlink(old);
    }
    for (OwnerReference owner : item.owners()) {
      dependents.computeIfAbsent(owner.getUid(), uid -> new LinkedHashSet<>()).add(item.uid());
    }
    return Optional.ofNullable(old);
  }

  synchronized void remove(String uid) {
    Item old = items.remove(uid);
    if (old != null) {
      unlink(old);
    }
  }

  private void unlink(Item item) {
    for (OwnerReference owner : item.owners()) {
      Set<String> of = dependents.get(owner.getUid());
      if (of != null) {
        of.remove(item.uid());
        if (of.isEmpty()) {
          dependents.remove(owner.getUid());
        }
      }
    }
  }

  synchronized Optional<Item> get(String uid) {
    return Optional.ofNullable(items.get(uid));
  }

  /** The objects that name this one as an owner. */
  synchronized List<Item> dependentsOf(String uid) {
    Set<String> found = dependents.get(uid);
    if (found == null) {
      return List.of();
    }
    return found.stream().flatMap(d -> Optional.ofNullable(items.get(d)).stream()).toList();
  }
}
