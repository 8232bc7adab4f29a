package kontiki.chaos.fault;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kontiki.chaos.cluster.Cluster;

/**
 * Does to a cluster what the schedule says, on one thread, one fault at a time; the last one is
 * undone before {@link #run} returns.
 */
public final class FaultDriver {
  private final Cluster cluster;
  private final FaultSchedule schedule;
  private final Consumer<String> note;
  private final CountDownLatch stopped;

  /**
   * @param note told before each fault, and before it is undone
   * @param stopped no fault begins after it
   */
  public FaultDriver(
      Cluster cluster, FaultSchedule schedule, Consumer<String> note, CountDownLatch stopped) {
    this.cluster = cluster;
    this.schedule = schedule;
    this.note = note;
    this.stopped = stopped;
  }

  /**
   * @throws IOException where a member could not be started or signalled
   */
  public void run() throws IOException, InterruptedException {
    while (true) {
      var step = schedule.next();
      if (stopped.await(step.quietMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      strike(step);
    }
  }

  private void strike(FaultSchedule.Step step) throws IOException, InterruptedException {
    var members = cluster.members();
    String any = members.get(step.pick() % members.size());
    switch (step.kind()) {
      case KILL -> killed(List.of(any), step);
      case KILL_LEADER -> killed(List.of(leaderOr(any)), step);
      case KILL_ALL -> killed(members, step);
      case TERMINATE -> {
        note.accept("terminate " + any);
        cluster.terminate(any);
        hold(step);
        restart(List.of(any));
      }
      case PAUSE -> paused(any, step);
      case PAUSE_LEADER -> paused(leaderOr(any), step);
      case PARTITION -> partitioned(minority(members, step.pick()), step);
      case PARTITION_LEADER -> partitioned(Set.of(leaderOr(any)), step);
    }
  }

  private void killed(List<String> victims, FaultSchedule.Step step)
      throws IOException, InterruptedException {
    note.accept(step.kind().flag() + " " + String.join(",", victims));
    for (String victim : victims) {
      cluster.kill(victim);
    }
    hold(step);
    restart(victims);
  }

  private void restart(List<String> members) throws IOException {
    note.accept("start " + String.join(",", members));
    for (String member : members) {
      cluster.start(member);
    }
  }

  private void paused(String member, FaultSchedule.Step step)
      throws IOException, InterruptedException {
    note.accept(step.kind().flag() + " " + member);
    cluster.pause(member);
    try {
      hold(step);
    } finally {
      note.accept("resume " + member);
      cluster.resume(member);
    }
  }

  private void partitioned(Set<String> side, FaultSchedule.Step step) throws InterruptedException {
    note.accept(step.kind().flag() + " " + String.join(",", side.stream().sorted().toList()));
    cluster.partition(side);
    try {
      hold(step);
    } finally {
      note.accept("heal");
      cluster.heal();
    }
  }

  private void hold(FaultSchedule.Step step) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(step.heldMillis());
  }

  private String leaderOr(String other) {
    return cluster.leader().orElse(other);
  }

  private static Set<String> minority(List<String> members, int pick) {
    int most = Math.max(1, (members.size() - 1) / 2);
    int size = 1 + pick % most;
    var side = new HashSet<String>();
    for (int i = 0; side.size() < size; i++) {
      side.add(members.get((pick + i) % members.size()));
    }
    return side;
  }
}
