package kontiki.node.kubelet.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import kontiki.node.kubelet.plan.ContainerRun;
import kontiki.node.kubelet.plan.Containers;
import kontiki.node.kubelet.plan.Health;
import kontiki.node.kubelet.plan.PodRuns;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one pod: one virtual thread a probe of a running container. Liveness and readiness
 * wait for the startup probe. {@link #update} and {@link #close} belong to the pod's thread; {@link
 * #health} may be called by any.
 */
public final class Probes implements AutoCloseable {
  /** The kinds; the name is the one in messages. */
  enum Kind {
    STARTUP("startup", "Startup"),
    LIVENESS("liveness", "Liveness"),
    READINESS("readiness", "Readiness");

    final String word;
    final String title;

    Kind(String word, String title) {
      this.word = word;
      this.title = title;
    }
  }

  /** A probe did not succeed. */
  public record Unhealthy(String container, String message) {}

  private record Key(String containerId, Kind kind) {}

  private final Handlers handlers;
  private final Runnable changed;
  private final Consumer<Unhealthy> unhealthy;
  private final Map<Key, Thread> threads = new LinkedHashMap<>();
  private final Map<Key, Boolean> results = new LinkedHashMap<>();
  private final Set<String> startupPending = new LinkedHashSet<>();

  /**
   * Makes the probes of a pod.
   *
   * @param changed called when the health has changed; must not block
   * @param unhealthy hears of every failure
   */
  public Probes(Handlers handlers, Runnable changed, Consumer<Unhealthy> unhealthy) {
    this.handlers = handlers;
    this.changed = changed;
    this.unhealthy = unhealthy;
  }

  /**
   * Starts the probes of containers that began to run and ends those of containers that stopped.
   *
   * @param wasReady container ids that were ready before this kubelet began
   */
  public synchronized void update(Pod pod, PodRuns runs, String podIp, Set<String> wasReady) {
    Set<String> running = new LinkedHashSet<>();
    for (Container container : Containers.all(pod.getSpec())) {
      ContainerRun run = runs.newest(container.getName());
      if (run != null && run.running()) {
        running.add(run.id());
        Handlers.Target target = new Handlers.Target(container, run.id(), podIp);
        boolean before = wasReady.contains(run.id());
        if (container.getStartupProbe() != null
            && !results.containsKey(new Key(run.id(), Kind.STARTUP))
            && !before) {
          startupPending.add(run.id());
        }
        start(Kind.STARTUP, before ? null : container.getStartupProbe(), target, run, false);
        start(Kind.LIVENESS, container.getLivenessProbe(), target, run, true);
        start(Kind.READINESS, container.getReadinessProbe(), target, run, before);
      }
    }
    threads
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !running.contains(entry.getKey().containerId());
          if (gone) {
            entry.getValue().interrupt();
          }
          return gone;
        });
    results.keySet().removeIf(key -> !running.contains(key.containerId()));
    startupPending.retainAll(running);
  }

  public synchronized Health health() {
    Set<String> unready = new LinkedHashSet<>();
    Map<String, String> failed = new LinkedHashMap<>();
    results.forEach((key, good) -> {
      if (!good) {
        switch (key.kind()) {
          case READINESS -> unready.add(key.containerId());
          case LIVENESS, STARTUP -> {
            if (key.kind() == Kind.LIVENESS || !startupPending.contains(key.containerId())) {
              failed.put(key.containerId(), key.kind().word);
            }
          }
        }
      }
    });
    return new Health(startupPending, unready, failed);
  }

  @Override
  public synchronized void close() {
    threads.values().forEach(Thread::interrupt);
    threads.clear();
  }

  private void start(
      Kind kind, @Nullable Probe probe, Handlers.Target target, ContainerRun run, boolean initial) {
    Key key = new Key(run.id(), kind);
    if (probe == null || threads.containsKey(key)) {
      return;
    }
    if (kind != Kind.STARTUP) {
      results.put(key, initial);
    }
    threads.put(
        key,
        Thread.ofVirtual()
            .name("probe-" + kind.word + "-" + target.container().getName())
            .start(() -> loop(key, probe, target, run)));
  }

  /** Probes until the container stops or, for a startup probe, until it is decided. */
  private void loop(Key key, Probe probe, Handlers.Target target, ContainerRun run) {
    Instant startedAt = run.startedAt() == null ? run.createdAt() : run.startedAt();
    Duration period =
        Duration.ofSeconds(Math.max(1, Handlers.orElse(probe.getPeriodSeconds(), 10)));
    Instant first = startedAt.plusSeconds(Handlers.orElse(probe.getInitialDelaySeconds(), 0));
    int failureThreshold = Math.max(1, Handlers.orElse(probe.getFailureThreshold(), 3));
    int successThreshold = Math.max(1, Handlers.orElse(probe.getSuccessThreshold(), 1));
    int streak = 0;
    boolean streakGood = false;
    try {
      pause(Duration.between(Instant.now(), first));
      while (!Thread.currentThread().isInterrupted()) {
        if (key.kind() != Kind.STARTUP && starting(key.containerId())) {
          pause(Duration.ofMillis(100));
          continue;
        }
        HandlerResult result = handlers.probe(probe, target);
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        streak = result.good() == streakGood ? streak + 1 : 1;
        streakGood = result.good();
        if (!result.good()) {
          unhealthy.accept(
              new Unhealthy(
                  target.container().getName(),
                  key.kind().title + " probe failed: " + result.message()));
        }
        if (streak >= (result.good() ? successThreshold : failureThreshold)
            && decided(key, result.good())) {
          return;
        }
        pause(period);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean starting(String containerId) {
    return startupPending.contains(containerId);
  }

  /** Notes a result; whether the probe is over. */
  private boolean decided(Key key, boolean good) {
    boolean news;
    synchronized (this) {
      if (!threads.containsKey(key)) {
        return true;
      }
      news = !Boolean.valueOf(good).equals(results.put(key, good));
      if (key.kind() == Kind.STARTUP) {
        startupPending.remove(key.containerId());
      }
    }
    if (news) {
      changed.run();
    }
    return key.kind() == Kind.STARTUP || key.kind() == Kind.LIVENESS && !good;
  }

  private static void pause(Duration duration) throws InterruptedException {
    if (duration.isPositive()) {
      Thread.sleep(duration);
    }
  }
}
