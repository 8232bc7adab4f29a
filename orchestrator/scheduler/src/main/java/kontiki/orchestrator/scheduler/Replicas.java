package kontiki.orchestrator.scheduler;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Finds what a pod is a replica of: the services that select it and the set that made it. */
final class Replicas implements Snapshot.Owners {
  private final Store<Service> services;
  private final Store<ReplicaSet> replicaSets;
  private final Store<StatefulSet> statefulSets;

  Replicas(
      Store<Service> services, Store<ReplicaSet> replicaSets, Store<StatefulSet> statefulSets) {
    this.services = services;
    this.replicaSets = replicaSets;
    this.statefulSets = statefulSets;
  }

  @Override
  public Optional<LabelSelector> selectorOf(PodInfo pod) {
    Map<String, String> labels = new LinkedHashMap<>();
    List<LabelSelectorRequirement> rules = new ArrayList<>();
    for (Service service : services.inNamespace(pod.namespace())) {
      Map<String, String> selector = service.getSpec().getSelector();
      if (selector != null
          && !selector.isEmpty()
          && LabelSelectors.matches(selector, pod.labels())) {
        labels.putAll(selector);
      }
    }
    ownerSelector(pod)
        .ifPresent(selector -> {
          if (selector.getMatchLabels() != null) {
            labels.putAll(selector.getMatchLabels());
          }
          if (selector.getMatchExpressions() != null) {
            rules.addAll(selector.getMatchExpressions());
          }
        });
    return labels.isEmpty() && rules.isEmpty()
        ? Optional.empty()
        : Optional.of(new LabelSelector(rules, labels));
  }

  private Optional<LabelSelector> ownerSelector(PodInfo pod) {
    Optional<OwnerReference> owner = Owners.controllerOf(pod.pod());
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    String name = owner.get().getName();
    return switch (owner.get().getKind()) {
      case "ReplicaSet" ->
          replicaSets.get(pod.namespace(), name).map(set -> set.getSpec().getSelector());
      case "StatefulSet" ->
          statefulSets.get(pod.namespace(), name).map(set -> set.getSpec().getSelector());
      default -> Optional.empty();
    };
  }
}
