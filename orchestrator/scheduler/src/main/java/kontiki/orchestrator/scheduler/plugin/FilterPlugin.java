package kontiki.orchestrator.scheduler.plugin;

import java.util.Set;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Says on which nodes a pod may run. Implementations are pure and have no state. */
public interface FilterPlugin {
  /** The test of one pod in one snapshot, with what it needs worked out once for all nodes. */
  interface NodeTest {
    NodeTest ALL = node -> Verdict.OK;

    Verdict test(NodeInfo node);
  }

  String name();

  NodeTest prepare(PodInfo pod, Snapshot snapshot);

  /** After which changes a pod that this plugin refused is worth another try. */
  Set<ClusterChange> helpedBy();
}
