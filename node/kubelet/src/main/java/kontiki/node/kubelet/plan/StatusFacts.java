package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's status is made from.
 *
 * @param pod the pod with its status as last known
 * @param waiting why a container does not run although it should, by its name
 * @param backingOff containers in their crash back-off, by name, with its length
 * @param lastWords termination messages by container id
 * @param stopping whether the pod is being stopped for good, so that nothing restarts
 * @param failure why the kubelet ended the pod; null where it did not
 */
public record StatusFacts(
    Pod pod,
    PodRuns runs,
    Health health,
    Map<String, Waiting> waiting,
    Map<String, Duration> backingOff,
    Map<String, String> lastWords,
    boolean stopping,
    @Nullable Waiting failure,
    String hostIp,
    Instant now) {

  /** A reason in CamelCase and a message for people. */
  public record Waiting(String reason, String message) {}
}
