package kontiki.orchestrator.scheduler;

import java.util.Set;

/** What came of looking for a node for one pod. */
public sealed interface Decision {
  /**
   * A node was found.
   *
   * @param feasible how many nodes could take the pod
   */
  record Placed(String node, int feasible) implements Decision {}

  /**
   * No node can take the pod now.
   *
   * @param message why, as the event and the pod's condition say it
   * @param plugins the plugins that refused nodes
   */
  record Unschedulable(String message, Set<String> plugins) implements Decision {
    public Unschedulable {
      plugins = Set.copyOf(plugins);
    }
  }
}
