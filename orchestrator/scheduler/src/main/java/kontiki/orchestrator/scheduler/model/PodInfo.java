package kontiki.orchestrator.scheduler.model;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Store;

/**
 * A pod with what decisions need of it, worked out once.
 *
 * @param requests what it asks for
 * @param comparable the same with defaults for containers that ask for nothing
 */
public record PodInfo(
    Pod pod,
    Resources requests,
    Resources comparable,
    List<HostPort> hostPorts,
    List<PodAffinityTerm> affinity,
    List<PodAffinityTerm> antiAffinity,
    List<WeightedPodAffinityTerm> preferred,
    List<WeightedPodAffinityTerm> avoided) {

  public static PodInfo of(Pod pod) {
    Affinity affinity = pod.getSpec().getAffinity();
    var near = affinity == null ? null : affinity.getPodAffinity();
    var far = affinity == null ? null : affinity.getPodAntiAffinity();
    return new PodInfo(
        pod,
        Resources.requests(pod, false),
        Resources.requests(pod, true),
        HostPort.of(pod),
        near == null ? List.of() : near.getRequiredDuringSchedulingIgnoredDuringExecution(),
        far == null ? List.of() : far.getRequiredDuringSchedulingIgnoredDuringExecution(),
        near == null ? List.of() : near.getPreferredDuringSchedulingIgnoredDuringExecution(),
        far == null ? List.of() : far.getPreferredDuringSchedulingIgnoredDuringExecution());
  }

  public String key() {
    return Store.key(pod);
  }

  public String uid() {
    String uid = pod.getMetadata().getUid();
    return uid == null ? "" : uid;
  }

  public String namespace() {
    return pod.getMetadata().getNamespace();
  }

  public Map<String, String> labels() {
    return LabelSelectors.labels(pod);
  }

  public boolean terminating() {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  public int priority() {
    Integer priority = pod.getSpec().getPriority();
    return priority == null ? 0 : priority;
  }
}
