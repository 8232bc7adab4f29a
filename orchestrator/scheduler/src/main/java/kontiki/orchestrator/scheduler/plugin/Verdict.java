package kontiki.orchestrator.scheduler.plugin;

import java.util.List;

/** Whether a pod may run on a node. */
public sealed interface Verdict {
  Verdict OK = new Fits();

  /** It may. */
  record Fits() implements Verdict {}

  /**
   * It may not.
   *
   * @param reasons why, in Kubernetes' words
   * @param resolvable whether removing pods from the node could help
   */
  record Refused(List<String> reasons, boolean resolvable) implements Verdict {
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }

  /** Refused for what other pods take. */
  static Verdict refused(String reason) {
    return new Refused(List.of(reason), true);
  }

  /** Refused for what the node is. */
  static Verdict never(String reason) {
    return new Refused(List.of(reason), false);
  }
}
