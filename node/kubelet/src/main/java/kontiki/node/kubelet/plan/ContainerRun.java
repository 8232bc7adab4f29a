package kontiki.node.kubelet.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a container as the engine reports it; restarting makes a new run with the next
 * attempt.
 *
 * @param specHash what the container was made from, see {@link SpecHash}
 * @param terminationMessagePath where on the node its last words are; null where it has no such
 *     file
 */
public record ContainerRun(
    String id,
    String sandboxId,
    String name,
    int attempt,
    State state,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int exitCode,
    String reason,
    String message,
    String image,
    String imageId,
    String specHash,
    @Nullable String terminationMessagePath) {

  /** How far a run has come. */
  public enum State {
    CREATED,
    RUNNING,
    EXITED,
    UNKNOWN
  }

  public boolean running() {
    return state == State.RUNNING;
  }

  public boolean exited() {
    return state == State.EXITED;
  }

  public boolean succeeded() {
    return exited() && exitCode == 0;
  }

  /** When it ended; for an engine that lost that time, when it was made. */
  public Instant endedAt() {
    return finishedAt == null ? createdAt : finishedAt;
  }
}
