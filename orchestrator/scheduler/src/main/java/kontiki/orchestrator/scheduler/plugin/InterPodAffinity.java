package kontiki.orchestrator.scheduler.plugin;

import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;
import org.jspecify.annotations.Nullable;

/** Places pods near to or far from other pods, as they and those others ask for. */
public final class InterPodAffinity implements FilterPlugin, ScorePlugin {
  /** A place: one value of one topology label, such as one zone. */
  private record Place(String label, String value) {}

  @Override
  public String name() {
    return "InterPodAffinity";
  }

  @Override
  public int weight() {
    return 2;
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    Set<Place> guarded = new HashSet<>();
    Set<Place> avoided = new HashSet<>();
    Map<Integer, Set<Place>> wanted = new HashMap<>();
    boolean anyMatch = false;
    for (NodeInfo node : snapshot.nodes()) {
      for (PodInfo other : node.pods()) {
        for (PodAffinityTerm term : other.antiAffinity()) {
          addIfMatch(guarded, term, other, pod, node, snapshot);
        }
        for (PodAffinityTerm term : pod.antiAffinity()) {
          addIfMatch(avoided, term, pod, other, node, snapshot);
        }
        anyMatch |= collect(wanted, pod, other, node, snapshot);
      }
    }
    boolean first = !anyMatch && matchesItself(pod, snapshot);
    return node -> test(pod, node, guarded, avoided, wanted, first);
  }

  /** Notes where a pod stands that all of the pod's affinity terms match. */
  private static boolean collect(
      Map<Integer, Set<Place>> wanted,
      PodInfo pod,
      PodInfo other,
      NodeInfo node,
      Snapshot snapshot) {
    List<PodAffinityTerm> terms = pod.affinity();
    if (terms.isEmpty()) {
      return false;
    }
    for (PodAffinityTerm term : terms) {
      if (!matches(term, pod, other, snapshot)) {
        return false;
      }
    }
    boolean placed = false;
    for (int i = 0; i < terms.size(); i++) {
      Place place = place(terms.get(i), node);
      if (place != null) {
        placed |= wanted.computeIfAbsent(i, k -> new HashSet<>()).add(place);
      }
    }
    return placed || !wanted.isEmpty();
  }

  private static boolean matchesItself(PodInfo pod, Snapshot snapshot) {
    return pod.affinity().stream().allMatch(term -> matches(term, pod, pod, snapshot));
  }

  private static Verdict test(
      PodInfo pod,
      NodeInfo node,
      Set<Place> guarded,
      Set<Place> avoided,
      Map<Integer, Set<Place>> wanted,
      boolean first) {
    for (int i = 0; i < pod.affinity().size(); i++) {
      Place place = place(pod.affinity().get(i), node);
      boolean near = place != null && wanted.getOrDefault(i, Set.of()).contains(place);
      // The first of a group that wants to be together may start anywhere.
      if (!near && !(first && place != null)) {
        return Verdict.never("node(s) didn't match pod affinity rules");
      }
    }
    for (PodAffinityTerm term : pod.antiAffinity()) {
      Place place = place(term, node);
      if (place != null && avoided.contains(place)) {
        return Verdict.refused("node(s) didn't match pod anti-affinity rules");
      }
    }
    for (Place place : guarded) {
      if (place.value().equals(node.labels().get(place.label()))) {
        return Verdict.refused("node(s) didn't satisfy existing pods anti-affinity rules");
      }
    }
    return Verdict.OK;
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    Map<Place, Long> weights = new HashMap<>();
    for (NodeInfo node : snapshot.nodes()) {
      for (PodInfo other : node.pods()) {
        weigh(weights, pod.preferred(), 1, pod, other, node, snapshot);
        weigh(weights, pod.avoided(), -1, pod, other, node, snapshot);
        weigh(weights, other.preferred(), 1, other, pod, node, snapshot);
        weigh(weights, other.avoided(), -1, other, pod, node, snapshot);
        for (PodAffinityTerm term : other.affinity()) {
          Place place = place(term, node);
          if (place != null && matches(term, other, pod, snapshot)) {
            weights.merge(place, 1L, Long::sum);
          }
        }
      }
    }
    long[] scores = new long[nodes.size()];
    if (weights.isEmpty()) {
      return scores;
    }
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int i = 0; i < scores.length; i++) {
      for (var e : weights.entrySet()) {
        if (e.getKey().value().equals(nodes.get(i).labels().get(e.getKey().label()))) {
          scores[i] += e.getValue();
        }
      }
      least = Math.min(least, scores[i]);
      most = Math.max(most, scores[i]);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = most == least ? 0 : MOST * (scores[i] - least) / (most - least);
    }
    return scores;
  }

  private static void weigh(
      Map<Place, Long> weights,
      List<WeightedPodAffinityTerm> terms,
      int sign,
      PodInfo owner,
      PodInfo target,
      NodeInfo node,
      Snapshot snapshot) {
    for (WeightedPodAffinityTerm weighted : terms) {
      PodAffinityTerm term = weighted.getPodAffinityTerm();
      Place place = place(term, node);
      if (place != null && matches(term, owner, target, snapshot)) {
        weights.merge(place, (long) sign * weighted.getWeight(), Long::sum);
      }
    }
  }

  private static void addIfMatch(
      Set<Place> places,
      PodAffinityTerm term,
      PodInfo owner,
      PodInfo target,
      NodeInfo node,
      Snapshot snapshot) {
    Place place = place(term, node);
    if (place != null && matches(term, owner, target, snapshot)) {
      places.add(place);
    }
  }

  private static @Nullable Place place(PodAffinityTerm term, NodeInfo node) {
    String value = node.labels().get(term.getTopologyKey());
    return value == null ? null : new Place(term.getTopologyKey(), value);
  }

  /** Whether a term of one pod selects another. */
  private static boolean matches(
      PodAffinityTerm term, PodInfo owner, PodInfo target, Snapshot snapshot) {
    List<String> namespaces = term.getNamespaces();
    boolean byName =
        namespaces.isEmpty() && term.getNamespaceSelector() == null
            ? target.namespace().equals(owner.namespace())
            : namespaces.contains(target.namespace());
    boolean byLabels =
        term.getNamespaceSelector() != null
            && LabelSelectors.matches(
                term.getNamespaceSelector(), snapshot.labelsOfNamespace(target.namespace()));
    return (byName || byLabels)
        && LabelSelectors.matches(term.getLabelSelector(), target.labels())
        && keysMatch(term.getMatchLabelKeys(), owner, target, true)
        && keysMatch(term.getMismatchLabelKeys(), owner, target, false);
  }

  private static boolean keysMatch(
      @Nullable List<String> keys, PodInfo owner, PodInfo target, boolean equal) {
    if (keys == null) {
      return true;
    }
    for (String key : keys) {
      String own = owner.labels().get(key);
      if (own != null && own.equals(target.labels().get(key)) != equal) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(
        ClusterChange.NODE_ADDED,
        ClusterChange.NODE_LABELS,
        ClusterChange.POD_PLACED,
        ClusterChange.POD_GONE,
        ClusterChange.NAMESPACE);
  }
}
