package kontiki.orchestrator.controllers.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many pods each ReplicaSet of a Deployment should have next. Pure; the rules are those of
 * Kubernetes' deployment controller.
 *
 * @param desired what the Deployment asks for
 * @param surge how many more pods there may be for a while
 * @param unavailable how many of the desired may be missing for a while
 */
record Rollout(int desired, int surge, int unavailable) {
  static Rollout of(Deployment deployment) {
    int desired = number(deployment.getSpec().getReplicas(), 1);
    if (isRecreate(deployment)) {
      return new Rollout(desired, 0, desired);
    }
    var strategy = deployment.getSpec().getStrategy();
    RollingUpdateDeployment rolling = strategy == null ? null : strategy.getRollingUpdate();
    int surge = resolve(rolling == null ? null : rolling.getMaxSurge(), desired, true);
    int missing = resolve(rolling == null ? null : rolling.getMaxUnavailable(), desired, false);
    if (surge == 0 && missing == 0) {
      missing = 1;
    }
    return new Rollout(desired, surge, Math.min(missing, desired));
  }

  static boolean isRecreate(Deployment deployment) {
    return deployment.getSpec().getStrategy() != null
        && "Recreate".equals(deployment.getSpec().getStrategy().getType());
  }

  private static int resolve(@Nullable IntOrString value, int of, boolean up) {
    if (value == null) {
      return resolvePercent(25, of, up);
    }
    if (value.getIntVal() != null) {
      return value.getIntVal();
    }
    String text = value.getStrVal() == null ? "" : value.getStrVal();
    return text.matches("[0-9]{1,6}%")
        ? resolvePercent(Integer.parseInt(text.substring(0, text.length() - 1)), of, up)
        : 0;
  }

  private static int resolvePercent(int percent, int of, boolean up) {
    long product = (long) percent * of;
    return (int) ((product + (up ? 99 : 0)) / 100);
  }

  static int number(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  static int replicas(ReplicaSet set) {
    return number(set.getSpec().getReplicas(), 1);
  }

  static int available(ReplicaSet set) {
    return set.getStatus() == null ? 0 : number(set.getStatus().getAvailableReplicas(), 0);
  }

  static int total(List<ReplicaSet> sets) {
    return sets.stream().mapToInt(Rollout::replicas).sum();
  }

  /** The largest number of pods at any time; the max-replicas annotation. */
  int most() {
    return desired + surge;
  }

  /** The size of the newest set, given all sets with it. */
  int newestSize(int newest, int total) {
    if (newest >= desired) {
      return desired;
    }
    int room = most() - total;
    return room <= 0 ? newest : newest + Math.min(room, desired - newest);
  }

  /** The smaller sizes of old sets that may lose pods now; sets that keep theirs are left out. */
  Map<ReplicaSet, Integer> shrunk(Optional<ReplicaSet> newest, List<ReplicaSet> old) {
    Map<ReplicaSet, Integer> out = new LinkedHashMap<>();
    List<ReplicaSet> all = new ArrayList<>(old);
    newest.ifPresent(all::add);
    int least = desired - unavailable;
    int newestMissing = newest.map(set -> replicas(set) - available(set)).orElse(0);
    int spare = total(all) - least - newestMissing;
    if (spare <= 0) {
      return out;
    }
    List<ReplicaSet> oldest = new ArrayList<>(old);
    oldest.sort(
        Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp())
            .thenComparing(s -> s.getMetadata().getName()));
    // Pods that do not work go first: their loss costs nothing.
    int removed = 0;
    for (ReplicaSet set : oldest) {
      int broken = Math.min(spare - removed, replicas(set) - available(set));
      if (broken > 0) {
        out.put(set, replicas(set) - broken);
        removed += broken;
      }
    }
    int working = all.stream().mapToInt(Rollout::available).sum() - least;
    for (ReplicaSet set : oldest) {
      int size = out.getOrDefault(set, replicas(set));
      int fewer = Math.min(size, working);
      if (fewer > 0 && removed + fewer <= spare) {
        out.put(set, size - fewer);
        working -= fewer;
        removed += fewer;
      }
    }
    return out;
  }

  /** The sizes after the Deployment itself was scaled: each set gets its share. */
  Map<ReplicaSet, Integer> shared(List<ReplicaSet> active, int statusReplicas) {
    Map<ReplicaSet, Integer> out = new LinkedHashMap<>();
    int add = (desired > 0 ? most() : 0) - total(active);
    List<ReplicaSet> ordered = new ArrayList<>(active);
    Comparator<ReplicaSet> bySize = Comparator.comparing(s -> -replicas(s));
    Comparator<ReplicaSet> byAge =
        Comparator.comparing(s -> s.getMetadata().getCreationTimestamp());
    ordered.sort(bySize.thenComparing(add > 0 ? byAge.reversed() : byAge));
    int added = 0;
    for (ReplicaSet set : ordered) {
      int part = add == 0 ? 0 : share(set, add, added, statusReplicas);
      out.put(set, replicas(set) + part);
      added += part;
    }
    if (!ordered.isEmpty() && add != added) {
      ReplicaSet first = ordered.get(0);
      out.merge(first, add - added, Integer::sum);
    }
    out.replaceAll((set, size) -> Math.max(0, size));
    return out;
  }

  private int share(ReplicaSet set, int add, int added, int statusReplicas) {
    if (replicas(set) == 0) {
      return 0;
    }
    int allowed = add - added;
    int fraction;
    if (desired == 0) {
      fraction = -replicas(set);
    } else {
      int before = Annotations.number(Annotations.of(set).get(Annotations.MAX), statusReplicas);
      double size = before == 0 ? 0 : (double) replicas(set) * most() / before;
      fraction = (int) Math.round(size) - replicas(set);
    }
    return add > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
  }
}
