package kontiki.node.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kontiki.node.proxy.network.PodNetwork;
import kontiki.node.proxy.network.PodNetworkPlan;
import kontiki.node.proxy.program.Program;
import kontiki.node.proxy.rules.ConntrackPlan;
import kontiki.node.proxy.rules.NftablesTable;
import kontiki.node.proxy.rules.RuleSet;
import kontiki.node.proxy.rules.ServicePort;
import kontiki.node.proxy.rules.ServiceRules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel equal to the cluster: reads the whole state, computes, carries out. Runs on the
 * thread that calls {@link #run}. Many changes in a short time are one round.
 */
final class ProxyLoop {

  /** A round starts at most this often. */
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  /** So often the table is compared with what was written, even if nothing has changed. */
  private static final Duration VERIFY_INTERVAL = Duration.ofSeconds(60);

  /** A round takes seconds at most, because every program has a deadline: after this it hangs. */
  static final Duration HANGS_AFTER = VERIFY_INTERVAL.multipliedBy(5);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(ProxyLoop.class);

  /** Where pods and services live. */
  record Ranges(String cluster, String services) {}

  /** What carries decisions out. */
  record Executors(NftablesTable table, PodNetwork podNetwork) {}

  /** Says that something may have changed; any thread, never blocks, and many calls are one. */
  static final class Wake {
    private final Semaphore permits = new Semaphore(1);

    void changed() {
      if (permits.availablePermits() == 0) {
        permits.release();
      }
    }

    private boolean await(long millis) throws InterruptedException {
      boolean woken = permits.tryAcquire(millis, TimeUnit.MILLISECONDS);
      permits.drainPermits();
      return woken;
    }
  }

  private final Supplier<List<ServicePort>> services;
  private final Supplier<PodNetworkPlan> network;
  private final Ranges ranges;
  private final NftablesTable table;
  private final PodNetwork podNetwork;
  private final Wake wake;
  private List<ServicePort> applied = List.of();
  private volatile @Nullable Long turnedNanos;
  private volatile String failure = "nothing was applied yet";

  ProxyLoop(
      Supplier<List<ServicePort>> services,
      Supplier<PodNetworkPlan> network,
      Ranges ranges,
      Executors executors,
      Wake wake) {
    this.services = services;
    this.network = network;
    this.ranges = ranges;
    this.table = executors.table();
    this.podNetwork = executors.podNetwork();
    this.wake = wake;
  }

  /** Runs until its thread is interrupted. */
  void run() throws InterruptedException {
    turnedNanos = System.nanoTime();
    Duration retry = FIRST_RETRY;
    boolean failed = false;
    while (true) {
      long patience = failed ? retry.toMillis() : VERIFY_INTERVAL.toMillis();
      boolean woken = wake.await(patience);
      turnedNanos = System.nanoTime();
      boolean done = woken || failed ? round() : verify();
      retry = done ? FIRST_RETRY : shorter(retry.multipliedBy(2), LONGEST_RETRY);
      failed = !done;
      TimeUnit.MILLISECONDS.sleep(SHORTEST_INTERVAL.toMillis());
    }
  }

  /** Why the loop will not go on by itself; empty if it will. Any thread. */
  Optional<String> stuck() {
    Long turned = turnedNanos;
    if (turned == null) {
      return Optional.empty();
    }
    Duration since = Duration.ofNanos(System.nanoTime() - turned);
    return since.compareTo(HANGS_AFTER) > 0
        ? Optional.of("no round for " + since.toSeconds() + " s")
        : Optional.empty();
  }

  /** Why the kernel is not as the cluster wants it; empty if it is. Any thread. */
  Optional<String> behind() {
    return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private boolean verify() {
    return told(attempt("verify", table::verify));
  }

  /** The first failure of a round is the one that is shown; none if it has done everything. */
  private boolean told(Optional<String> failed) {
    failure = failed.orElse("");
    return failed.isEmpty();
  }

  /** Both halves are tried: a network that fails never holds back the rules, nor the reverse. */
  private boolean round() {
    Optional<String> network = attempt("network", () -> podNetwork.apply(this.network.get()));
    Optional<String> rules = attempt("rules", this::applyRules);
    return told(network.or(() -> rules));
  }

  private void applyRules() throws IOException {
    List<ServicePort> next = services.get();
    RuleSet rules = ServiceRules.of(next, ranges.cluster(), ranges.services());
    long start = System.nanoTime();
    table.apply(rules);
    for (List<String> call : ConntrackPlan.between(applied, next)) {
      List<String> command = new ArrayList<>(List.of("conntrack"));
      command.addAll(call);
      // It fails when there was nothing to forget, which is as good.
      Program.attempt("", command);
    }
    if (!next.equals(applied)) {
      LOG.info(
          "rules applied: services={} endpoints={} millis={}",
          next.size(),
          next.stream().mapToInt(service -> service.endpoints().size()).sum(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
    applied = next;
  }

  /** One half of a round. */
  private interface Step {
    void run() throws IOException;
  }

  private static Optional<String> attempt(String what, Step step) {
    try {
      step.run();
      return Optional.empty();
    } catch (IOException | RuntimeException failure) {
      LOG.error("{} failed, will be tried again: {}", what, failure.getMessage());
      return Optional.of(what + ": " + failure.getMessage());
    }
  }
}
