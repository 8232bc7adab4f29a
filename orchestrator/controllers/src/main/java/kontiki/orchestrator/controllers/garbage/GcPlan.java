package kontiki.orchestrator.controllers.garbage;

import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What garbage collection does about one object. Pure. */
sealed interface GcPlan {
  /** Nothing. */
  record Keep() implements GcPlan {}

  /** Delete the object; its dependents by the given policy. */
  record Delete(String propagation) implements GcPlan {}

  /** Take away references to owners that are gone or going. */
  record DropOwners(List<String> uids) implements GcPlan {}

  /** Let the dependents go, then take the orphan finalizer away. */
  record LetGo(List<OwnerGraph.Item> dependents) implements GcPlan {}

  /** Look at these dependents first: the object waits for them. */
  record Await(List<String> uids) implements GcPlan {}

  /** No dependent holds the object any more: take the foreground finalizer away. */
  record Release() implements GcPlan {}

  /** How an owner stands. */
  enum Owner {
    SOLID,
    GOING,
    GONE
  }

  /** An owner reference with what was found out about the owner. */
  record Known(OwnerReference reference, Owner state) {}

  static GcPlan decide(OwnerGraph.Item item, List<OwnerGraph.Item> dependents, List<Known> owners) {
    if (item.isOrphaning()) {
      return new LetGo(dependents);
    }
    if (item.isForeground()) {
      List<String> blocking = new ArrayList<>();
      for (OwnerGraph.Item dependent : dependents) {
        if (dependent.blocks(item.uid())) {
          blocking.add(dependent.uid());
        }
      }
      return blocking.isEmpty() ? new Release() : new Await(blocking);
    }
    if (item.terminating() || owners.isEmpty()) {
      return new Keep();
    }
    boolean solid = owners.stream().anyMatch(o -> o.state() == Owner.SOLID);
    if (solid) {
      List<String> lost =
          owners.stream()
              .filter(o -> o.state() != Owner.SOLID)
              .map(o -> o.reference().getUid())
              .toList();
      return lost.isEmpty() ? new Keep() : new DropOwners(lost);
    }
    boolean going = owners.stream().anyMatch(o -> o.state() == Owner.GOING);
    if (going && !dependents.isEmpty()) {
      return new Delete("Foreground");
    }
    return new Delete(ownPolicy(item).orElse("Background"));
  }

  private static Optional<String> ownPolicy(OwnerGraph.Item item) {
    if (item.finalizers().contains(OwnerGraph.ORPHAN)) {
      return Optional.of("Orphan");
    }
    return item.finalizers().contains(OwnerGraph.FOREGROUND)
        ? Optional.of("Foreground")
        : Optional.empty();
  }
}
