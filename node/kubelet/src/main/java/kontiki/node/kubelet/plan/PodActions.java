package kontiki.node.kubelet.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do next for one pod. An executor does it in the order of the fields and then asks again.
 *
 * @param stopPod stop all containers and the sandboxes
 * @param sandboxAttempt make a new sandbox with this attempt; null for none
 * @param kills containers to stop
 * @param starts containers to make and start in the newest sandbox
 * @param crashLoops the back-off states, when the starts are done
 * @param backingOff containers that wait before their next start, and the length of their pause
 * @param wakeAt ask again then, even if nothing happens; null for no such time
 */
public record PodActions(
    boolean stopPod,
    @Nullable Integer sandboxAttempt,
    List<Kill> kills,
    List<Start> starts,
    Map<String, CrashLoop> crashLoops,
    Map<String, Duration> backingOff,
    @Nullable Instant wakeAt) {

  public PodActions {
    kills = List.copyOf(kills);
    starts = List.copyOf(starts);
    crashLoops = Map.copyOf(crashLoops);
    backingOff = Map.copyOf(backingOff);
  }

  /** Stop a container; the message is for the event that tells of it. */
  public record Kill(String containerId, String name, String message) {}

  /** Make and start a container's next run. */
  public record Start(String name, int attempt) {}

  /** Whether there is nothing to do now. */
  public boolean idle() {
    return !stopPod && sandboxAttempt == null && kills.isEmpty() && starts.isEmpty();
  }
}
