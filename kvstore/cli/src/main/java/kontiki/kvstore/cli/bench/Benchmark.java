package kontiki.kvstore.cli.bench;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import kontiki.kvstore.cli.Connection;

/**
 * Measures the targets by turns: connects, refuses a prefix that is in use, prepares and warms up
 * each, runs the rounds and deletes the keys, also after an interruption or a failure.
 */
final class Benchmark {

  /** A target as the command line gives it. */
  record Side(String name, Connection connection) {}

  /**
   * What is done beside the workload.
   *
   * @param keep the keys stay
   * @param overwrite keys that are under the prefix already do not matter, and are deleted too
   */
  record Plan(
      int rounds,
      Limits limits,
      Duration warmUp,
      int connections,
      boolean keep,
      boolean overwrite) {}

  private final Workload workload;
  private final Plan plan;
  private final SequencedMap<String, String> settings;
  private final Progress progress;
  private final List<Target> targets = new ArrayList<>();
  private final List<List<Round>> rounds = new ArrayList<>();

  Benchmark(
      Workload workload, Plan plan, SequencedMap<String, String> settings, Progress progress) {
    this.workload = workload;
    this.plan = plan;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * @throws StatusRuntimeException where a target cannot be reached or refuses
   * @throws BenchFailure where it can not be done, and why
   */
  Report run(List<Side> sides) throws InterruptedException {
    try {
      for (var side : sides) {
        progress.begin("connecting to " + side.name());
        int connections = plan.connections() + workload.extraConnections();
        targets.add(Target.open(side.name(), side.connection(), connections));
        rounds.add(new ArrayList<>());
      }
      if (!plan.overwrite()) {
        targets.forEach(this::checkPrefix);
      }
      measureAndCleanUp();
      return report();
    } finally {
      targets.forEach(Target::close);
      progress.end();
    }
  }

  private void measureAndCleanUp() throws InterruptedException {
    try {
      measure();
    } finally {
      if (!plan.keep()) {
        workload.keys().ifPresent(this::cleanUp);
      }
    }
  }

  private void cleanUp(KeySpace keys) {
    for (var target : targets) {
      progress.begin("deleting the keys of " + target.name());
      try {
        target.delete(keys);
      } catch (StatusRuntimeException e) {
        progress.warn(
            "keys under '%s' are left: %s"
                .formatted(keys.prefix().toStringUtf8(), e.getStatus().getDescription()));
      }
    }
  }

  private void checkPrefix(Target target) {
    workload
        .keys()
        .ifPresent(keys -> {
          long found = target.count(keys.prefix());
          if (found > 0) {
            throw new BenchFailure(
                "%s: %d keys begin with '%s' already, and the benchmark would overwrite and"
                        .formatted(target.name(), found, keys.prefix().toStringUtf8())
                    + " delete them: give another --prefix, or --yes");
          }
        });
  }

  private void measure() throws InterruptedException {
    for (var target : targets) {
      workload.prepare(target, progress);
      if (!plan.warmUp().isZero() && !progress.isInterrupted()) {
        progress.begin("warming up " + target.name());
        var limits =
            new Limits(plan.warmUp(), plan.limits().operations(), plan.limits().patience());
        var _ = workload.run(target, limits, progress);
      }
    }
    for (int turn : RoundOrder.of(plan.rounds(), targets.size())) {
      var target = targets.get(turn);
      var done = rounds.get(turn);
      progress.begin(
          "%s %s, round %d of %d"
              .formatted(workload.name(), target.name(), done.size() + 1, plan.rounds()));
      if (progress.isInterrupted()) {
        return;
      }
      var round = workload.run(target, plan.limits(), progress);
      if (!progress.isInterrupted()) {
        done.add(round);
      }
    }
  }

  private Report report() {
    var measured = new ArrayList<Report.Measured>();
    for (int i = 0; i < targets.size(); i++) {
      var target = targets.get(i);
      measured.add(
          new Report.Measured(target.name(), target.endpoints(), List.copyOf(rounds.get(i))));
    }
    return new Report(workload.name(), workload.unit(), settings, plan.rounds(), measured);
  }
}
