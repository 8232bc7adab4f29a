package kontiki.orchestrator.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.client.NodeSelectors;
import kontiki.orchestrator.client.Tolerations;
import kontiki.orchestrator.controllers.history.Revisions;
import kontiki.orchestrator.controllers.pod.PodTemplates;
import org.jspecify.annotations.Nullable;

/** The pods of a DaemonSet: on which nodes they belong, and how they are tied to them. Pure. */
final class DaemonPods {
  private static final String NAME_FIELD = "metadata.name";

  private DaemonPods() {}

  /** The pod for a node. The scheduler binds it; its affinity leaves no other node. */
  static Pod make(DaemonSet set, String node, String hash) {
    Pod pod = PodTemplates.pod(set.getSpec().getTemplate(), set);
    return new PodBuilder(pod)
        .editMetadata()
        .addToLabels(Revisions.HASH, hash)
        .endMetadata()
        .editSpec()
        .withAffinity(only(pod.getSpec().getAffinity(), node))
        .addAllToTolerations(tolerations(pod.getSpec()))
        .endSpec()
        .build();
  }

  private static Affinity only(@Nullable Affinity affinity, String node) {
    NodeSelectorRequirement rule =
        new NodeSelectorRequirementBuilder()
            .withKey(NAME_FIELD)
            .withOperator("In")
            .withValues(node)
            .build();
    AffinityBuilder builder =
        affinity == null ? new AffinityBuilder() : new AffinityBuilder(affinity);
    var nodes = affinity == null ? null : affinity.getNodeAffinity();
    var required = nodes == null ? null : nodes.getRequiredDuringSchedulingIgnoredDuringExecution();
    List<NodeSelectorTerm> terms = new ArrayList<>();
    if (required == null || required.getNodeSelectorTerms().isEmpty()) {
      terms.add(new NodeSelectorTermBuilder().withMatchFields(rule).build());
    } else {
      for (NodeSelectorTerm term : required.getNodeSelectorTerms()) {
        terms.add(new NodeSelectorTermBuilder(term).addToMatchFields(rule).build());
      }
    }
    NodeAffinityBuilder affinities =
        nodes == null ? new NodeAffinityBuilder() : new NodeAffinityBuilder(nodes);
    return builder
        .withNodeAffinity(
            affinities
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(terms)
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .build())
        .build();
  }

  /** The node that a pod is on or tied to; empty where it cannot be told. */
  static String nodeOf(Pod pod) {
    String bound = pod.getSpec().getNodeName();
    if (bound != null && !bound.isEmpty()) {
      return bound;
    }
    Affinity affinity = pod.getSpec().getAffinity();
    var nodes = affinity == null ? null : affinity.getNodeAffinity();
    var required = nodes == null ? null : nodes.getRequiredDuringSchedulingIgnoredDuringExecution();
    if (required != null) {
      for (NodeSelectorTerm term : required.getNodeSelectorTerms()) {
        for (NodeSelectorRequirement rule : term.getMatchFields()) {
          if (NAME_FIELD.equals(rule.getKey()) && rule.getValues().size() == 1) {
            return rule.getValues().get(0);
          }
        }
      }
    }
    return "";
  }

  /** What daemons bear that other pods do not: nodes in trouble, and cordoned ones. */
  static List<Toleration> tolerations(PodSpec spec) {
    List<Toleration> out = new ArrayList<>();
    out.add(toleration("node.kubernetes.io/not-ready", "NoExecute"));
    out.add(toleration("node.kubernetes.io/unreachable", "NoExecute"));
    out.add(toleration("node.kubernetes.io/disk-pressure", "NoSchedule"));
    out.add(toleration("node.kubernetes.io/memory-pressure", "NoSchedule"));
    out.add(toleration("node.kubernetes.io/pid-pressure", "NoSchedule"));
    out.add(toleration("node.kubernetes.io/unschedulable", "NoSchedule"));
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      out.add(toleration("node.kubernetes.io/network-unavailable", "NoSchedule"));
    }
    return out;
  }

  private static Toleration toleration(String key, String effect) {
    return new TolerationBuilder().withKey(key).withOperator("Exists").withEffect(effect).build();
  }

  /** Whether a new pod of the set belongs on the node. */
  static boolean shouldRun(DaemonSet set, Node node) {
    return fits(set, node, false);
  }

  /** Whether a pod that is on the node may stay. */
  static boolean mayStay(DaemonSet set, Node node) {
    return fits(set, node, true);
  }

  private static boolean fits(DaemonSet set, Node node, boolean there) {
    PodSpec spec = set.getSpec().getTemplate().getSpec();
    String named = spec.getNodeName();
    if (named != null && !named.isEmpty() && !named.equals(node.getMetadata().getName())) {
      return false;
    }
    if (!NodeSelectors.matches(spec, node)) {
      return false;
    }
    List<Toleration> tolerations = new ArrayList<>(spec.getTolerations());
    tolerations.addAll(tolerations(spec));
    List<Taint> taints = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    return taints.stream()
        .filter(taint ->
            "NoExecute".equals(taint.getEffect())
                || (!there && "NoSchedule".equals(taint.getEffect())))
        .allMatch(taint -> Tolerations.tolerated(taint, tolerations));
  }
}
