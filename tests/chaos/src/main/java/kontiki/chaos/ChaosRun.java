package kontiki.chaos;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGeneratorFactory;
import kontiki.chaos.checker.Verdict;
import kontiki.chaos.cluster.Cluster;
import kontiki.chaos.fault.FaultDriver;
import kontiki.chaos.fault.FaultKind;
import kontiki.chaos.fault.FaultSchedule;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.HistoryFile;
import kontiki.chaos.workload.Workload;

/**
 * One run: clients work and faults strike for a time, everything is healed, the store is read, and
 * the history is judged. The caller's thread leads; faults have a thread of their own.
 */
public final class ChaosRun {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(4);
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

  /**
   * @param faults empty: none
   * @param calm before each fault, so that the one before is over
   * @param history a file that does not exist yet
   */
  public record Plan(
      long seed, Duration time, List<FaultKind> faults, Duration calm, Path history) {}

  private final Plan plan;
  private final PrintWriter out;

  public ChaosRun(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /**
   * Runs, and judges.
   *
   * @throws IOException where the cluster does not come up, at first or after the faults, or the
   *     history cannot be written
   */
  public List<Verdict> run(Cluster cluster, Workload workload)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    cluster.awaitReady(READY_TIMEOUT);
    say("%d members ready after %.1f s", cluster.members().size(), secondsSince(start));
    try (var history = HistoryFile.create(plan.history())) {
      history.append(
          new Event.Started(history.nanos(), plan.seed(), String.join(",", cluster.members())));
      workload.start(cluster, history);
      try {
        struck(cluster, workload, history);
      } finally {
        workload.stop();
        cluster.recover();
      }
      long healed = System.nanoTime();
      cluster.awaitReady(READY_TIMEOUT);
      say("healed: all members ready after %.1f s", secondsSince(healed));
      workload.finish(cluster, history);
    }
    var recorded = HistoryFile.read(plan.history());
    Availability.lines(recorded).forEach(out::println);
    out.flush();
    return Judgement.of(recorded, InstantSource.system());
  }

  private void struck(Cluster cluster, Workload workload, HistoryFile history)
      throws IOException, InterruptedException {
    var stopped = new CountDownLatch(1);
    var failure = new AtomicReference<Exception>();
    var faults = Thread.ofPlatform().name("faults").unstarted(() -> {});
    if (!plan.faults().isEmpty()) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(plan.seed());
      var driver =
          new FaultDriver(
              cluster,
              new FaultSchedule(random, plan.faults(), plan.calm()),
              fault -> {
                history.append(new Event.Faulted(history.nanos(), fault));
                say("%7.1f s  %s", history.nanos() / 1e9, fault);
              },
              stopped);
      faults = Thread.ofPlatform().name("faults").start(() -> drive(driver, failure));
    }
    long end = System.nanoTime() + plan.time().toNanos();
    while (System.nanoTime() < end && failure.get() == null) {
      long left = Math.min(PROGRESS_EVERY.toNanos(), end - System.nanoTime());
      if (stopped.await(Math.max(1, left), TimeUnit.NANOSECONDS)) {
        break;
      }
      var progress = workload.progress();
      say(
          "%7.1f s  %d acknowledged, %d refused, %d unknown",
          history.nanos() / 1e9, progress.ok(), progress.failed(), progress.unknown());
    }
    stopped.countDown();
    faults.join();
    if (failure.get() != null) {
      throw new IOException("a fault could not be done: " + failure.get().getMessage());
    }
  }

  private static void drive(FaultDriver driver, AtomicReference<Exception> failure) {
    try {
      driver.run();
    } catch (IOException | InterruptedException e) {
      failure.set(e);
    }
  }

  private void say(String format, Object... arguments) {
    out.printf(format + "%n", arguments);
    out.flush();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
