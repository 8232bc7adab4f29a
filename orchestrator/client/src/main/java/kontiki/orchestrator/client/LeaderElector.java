package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a Lease so that one of several processes leads, as client-go's leaderelection does. {@link
 * #tick} makes one attempt and says when the next is due; {@link #run} is its driver. The listener
 * hears {@code started} once and {@code stopped} at most once after it, on the driver's thread. A
 * process that did not renew within the renew deadline stops leading before another can start,
 * because that is shorter than the lease. Clocks of processes are not compared: another's lease
 * lapses when it was not seen to change for its duration.
 */
public final class LeaderElector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderElector.class);

  /**
   * The timing.
   *
   * @param lease how long others wait for a leader that does not renew
   * @param renewDeadline how long a leader tries to renew before it gives up; shorter than lease
   * @param retry the wait between attempts
   */
  public record Timing(Duration lease, Duration renewDeadline, Duration retry) {
    public Timing {
      if (lease.compareTo(renewDeadline) <= 0 || renewDeadline.compareTo(retry) <= 0) {
        throw new IllegalArgumentException(
            "leader election needs lease duration > renew deadline > retry period, not "
                + lease
                + ", "
                + renewDeadline
                + ", "
                + retry);
      }
    }
  }

  /** A leader whose lease has been over for so long does not see that it is. */
  static final Duration OVERDUE = Duration.ofSeconds(20);

  /** Hears of leadership, on the elector's thread. */
  public interface Listener {
    void started();

    void stopped();
  }

  private final Resource<Lease> leases;
  private final String name;
  private final String identity;
  private final Timing timing;
  private final Listener listener;
  private final InstantSource clock;
  private final RandomGenerator random;
  private @Nullable LeaseSpec observed;
  private Instant observedAt = Instant.MIN;
  private volatile Instant renewedAt = Instant.MIN;
  private volatile boolean leading;
  private @Nullable Lease held;
  private volatile @Nullable Thread driver;
  private volatile boolean closed;

  public LeaderElector(
      Resource<Lease> leases,
      String name,
      String identity,
      Timing timing,
      Listener listener,
      InstantSource clock,
      RandomGenerator random) {
    this.leases = leases;
    this.name = name;
    this.identity = identity;
    this.timing = timing;
    this.listener = listener;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Tries to take or renew the lease once.
   *
   * @return how long to wait until the next attempt
   */
  public synchronized Duration tick() {
    boolean held = attempt();
    Instant now = clock.instant();
    if (held) {
      renewedAt = now;
      if (!leading) {
        leading = true;
        LOG.info("lease={} event=leading identity={}", name, identity);
        listener.started();
      }
      // Renewed in good time for two more attempts before the deadline.
      Duration third = timing.renewDeadline().dividedBy(3);
      return third.compareTo(timing.retry()) > 0 ? third : timing.retry();
    }
    if (leading && !now.isBefore(renewedAt.plus(timing.renewDeadline()))) {
      stop("not renewed in time");
    }
    double jitter = leading ? 0 : 0.2 * random.nextDouble();
    return timing.retry().plusNanos((long) (timing.retry().toNanos() * jitter));
  }

  public synchronized boolean leading() {
    return leading;
  }

  /** A leader that should have stopped long ago: its thread hangs. Never waits for that thread. */
  Optional<String> problem() {
    Instant renewed = renewedAt;
    return leading && clock.instant().isAfter(renewed.plus(timing.lease()).plus(OVERDUE))
        ? Optional.of("leads with the lease " + name + " renewed last at " + renewed)
        : Optional.empty();
  }

  private void stop(String why) {
    leading = false;
    LOG.warn("lease={} event=stopped-leading reason=\"{}\"", name, why);
    listener.stopped();
  }

  private boolean attempt() {
    Lease own = held;
    held = null;
    try {
      if (leading && own != null) {
        held = leases.update(lease(own));
        return true;
      }
      Optional<Lease> found = leases.find(name);
      if (found.isEmpty()) {
        held = leases.create(lease(null));
        return true;
      }
      Lease current = found.get();
      observe(current.getSpec());
      if (!mine(current.getSpec()) && !lapsed(current.getSpec())) {
        return lost();
      }
      held = leases.update(lease(current));
      return true;
    } catch (ApiException e) {
      LOG.debug("lease={} event=attempt-failed error={}", name, e.getMessage());
      return false;
    }
  }

  /** Another holds the lease: a leader that finds this stops at once. */
  private boolean lost() {
    if (leading) {
      stop("another process holds the lease");
    }
    return false;
  }

  private void observe(@Nullable LeaseSpec spec) {
    if (observed == null || !Objects.equals(observed, spec)) {
      observed = spec;
      observedAt = clock.instant();
    }
  }

  private boolean mine(@Nullable LeaseSpec spec) {
    return spec != null && identity.equals(spec.getHolderIdentity());
  }

  private boolean lapsed(@Nullable LeaseSpec spec) {
    if (spec == null || spec.getHolderIdentity() == null || spec.getHolderIdentity().isEmpty()) {
      return true;
    }
    Integer seconds = spec.getLeaseDurationSeconds();
    Duration duration = seconds == null ? timing.lease() : Duration.ofSeconds(seconds);
    return !clock.instant().isBefore(observedAt.plus(duration));
  }

  private Lease lease(@Nullable Lease current) {
    ZonedDateTime now = clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
    LeaseBuilder builder = current == null ? new LeaseBuilder() : new LeaseBuilder(current);
    LeaseSpec old = current == null ? null : current.getSpec();
    boolean renewal = mine(old);
    Integer transitions = old == null ? null : old.getLeaseTransitions();
    int count = transitions == null ? 0 : transitions;
    ZonedDateTime acquired = renewal && old != null ? old.getAcquireTime() : now;
    return builder
        .editOrNewMetadata()
        .withName(name)
        .endMetadata()
        .editOrNewSpec()
        .withHolderIdentity(identity)
        .withLeaseDurationSeconds((int) timing.lease().toSeconds())
        .withAcquireTime(acquired)
        .withRenewTime(now)
        .withLeaseTransitions(old == null || renewal ? count : count + 1)
        .endSpec()
        .build();
  }

  /** Ticks on the calling thread until {@link #close}; then gives the lease back. */
  public void run() {
    driver = Thread.currentThread();
    while (!closed) {
      Duration wait = tick();
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        closed = true;
      }
    }
  }

  /** Gives the lease back, so that another process can lead at once. */
  public synchronized void release() {
    if (!leading) {
      return;
    }
    leading = false;
    try {
      Lease current = leases.get(name);
      if (mine(current.getSpec())) {
        leases.update(
            new LeaseBuilder(current)
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .endSpec()
                .build());
      }
    } catch (ApiException e) {
      LOG.info("lease={} event=release-failed error={}", name, e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread thread = driver;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
