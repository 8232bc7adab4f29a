package kontiki.node.kubelet.plan;

import java.util.Map;
import java.util.Set;

/**
 * What the probes say, by container id.
 *
 * @param starting containers whose startup probe has not succeeded yet
 * @param unready containers whose readiness probe does not succeed
 * @param failed containers whose startup or liveness probe failed for good, with the name of that
 *     probe
 */
public record Health(Set<String> starting, Set<String> unready, Map<String, String> failed) {
  public static final Health GOOD = new Health(Set.of(), Set.of(), Map.of());

  public Health {
    starting = Set.copyOf(starting);
    unready = Set.copyOf(unready);
    failed = Map.copyOf(failed);
  }

  public boolean started(String containerId) {
    return !starting.contains(containerId);
  }

  public boolean ready(String containerId) {
    return started(containerId) && !unready.contains(containerId);
  }
}
