package kontiki.orchestrator.controllers.nodelifecycle;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kontiki.orchestrator.client.Timestamps;
import kontiki.orchestrator.client.Tolerations;

/** When a pod must leave a node for the node's evicting taints. Pure. */
final class Evictions {
  private Evictions() {}

  /**
   * The time at which the pod must go: {@code now} where it does not tolerate a taint at all, later
   * where it tolerates for a while, empty where it may stay.
   */
  static Optional<Instant> deadline(Pod pod, List<Taint> taints, Instant now) {
    Instant earliest = null;
    for (Taint taint : taints) {
      if (!NodeHealth.NO_EXECUTE.equals(taint.getEffect())) {
        continue;
      }
      List<Toleration> matching =
          pod.getSpec().getTolerations().stream()
              .filter(t -> Tolerations.tolerates(t, taint))
              .toList();
      if (matching.isEmpty()) {
        return Optional.of(now);
      }
      Optional<Long> seconds =
          matching.stream()
              .map(Toleration::getTolerationSeconds)
              .filter(s -> s != null)
              .min(Long::compare);
      if (seconds.isPresent()) {
        Instant since = Timestamps.parse(taint.getTimeAdded()).orElse(now);
        Instant until = since.plus(Duration.ofSeconds(Math.max(0, seconds.get())));
        earliest = earliest == null || until.isBefore(earliest) ? until : earliest;
      }
    }
    return Optional.ofNullable(earliest);
  }
}
