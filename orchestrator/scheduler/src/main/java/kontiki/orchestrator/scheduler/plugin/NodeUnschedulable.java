package kontiki.orchestrator.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.Set;
import kontiki.orchestrator.client.Tolerations;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Keeps pods off nodes that are cordoned. */
public final class NodeUnschedulable implements FilterPlugin {
  private static final Taint CORDON =
      new TaintBuilder()
          .withKey("node.kubernetes.io/unschedulable")
          .withEffect("NoSchedule")
          .build();

  @Override
  public String name() {
    return "NodeUnschedulable";
  }

  @Override
  public NodeTest prepare(PodInfo pod, Snapshot snapshot) {
    boolean tolerated = Tolerations.tolerated(CORDON, pod.pod().getSpec().getTolerations());
    return node ->
        node.unschedulable() && !tolerated
            ? Verdict.never("node(s) were unschedulable")
            : Verdict.OK;
  }

  @Override
  public Set<ClusterChange> helpedBy() {
    return Set.of(ClusterChange.NODE_ADDED, ClusterChange.NODE_TAINTS);
  }
}
