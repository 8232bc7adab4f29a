package kontiki.orchestrator.apiserver.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.status.Failures;

/**
 * Bounds how many requests are worked on at once, reads and writes apart, with a share kept for the
 * cluster's own parts, so that a flood of others cannot stop them. Long-running requests are
 * bounded by the listener's connections. Thread-safe; never waits.
 */
public final class FlowControl {
  /** Writes at once, as {@code --max-mutating-requests-inflight} has it. */
  public static final int MUTATING_MAX = 200;

  /** Reads at once, as {@code --max-requests-inflight} has it. */
  public static final int READING_MAX = 400;

  /** Of each, how many are kept for the cluster's own parts. */
  public static final int SYSTEM_SHARE = 100;

  private static final long RETRY_AFTER_SECONDS = 1;

  private final Semaphore mutating = new Semaphore(MUTATING_MAX - SYSTEM_SHARE);
  private final Semaphore reading = new Semaphore(READING_MAX - SYSTEM_SHARE);
  private final Semaphore systemMutating = new Semaphore(SYSTEM_SHARE);
  private final Semaphore systemReading = new Semaphore(SYSTEM_SHARE);

  /** The right to be worked on; closing it gives it back. */
  public static final class Permit implements AutoCloseable {
    private static final Semaphore NONE = new Semaphore(0);

    private final Semaphore from;
    private final AtomicBoolean held = new AtomicBoolean();

    private Permit(Semaphore from) {
      this.from = from;
      this.held.set(from != NONE);
    }

    @Override
    public void close() {
      if (held.compareAndSet(true, false)) {
        from.release();
      }
    }
  }

  public Permit enter(User user, RequestInfo info) {
    if (info.isLongRunning() || isProbe(info)) {
      return new Permit(Permit.NONE);
    }
    boolean system =
        user.groups().contains(User.MASTERS_GROUP) || user.name().startsWith("system:");
    Semaphore own = info.isMutating() ? systemMutating : systemReading;
    Semaphore shared = info.isMutating() ? mutating : reading;
    if (system && own.tryAcquire()) {
      return new Permit(own);
    }
    if (shared.tryAcquire()) {
      return new Permit(shared);
    }
    throw Failures.tooManyRequests(
        "too many requests, please try again later", RETRY_AFTER_SECONDS);
  }

  private static boolean isProbe(RequestInfo info) {
    return !info.resourceRequest()
        && (info.path().startsWith("/livez")
            || info.path().startsWith("/readyz")
            || info.path().startsWith("/healthz"));
  }
}
