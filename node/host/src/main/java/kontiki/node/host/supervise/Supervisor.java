package kontiki.node.host.supervise;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.machine.ClusterProcesses;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.node.host.supervise.Probe.Finding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the components of a cluster running. Components outlive it: they are in sessions of their
 * own and write their own logs, so a supervisor that is started anew finds and adopts them by their
 * mark. Everything happens on the thread that calls {@link #run}; probes run on virtual threads and
 * hand their answers over.
 */
public final class Supervisor {

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration PROBE_WHILE_STARTING = Duration.ofMillis(150);
  private static final Duration PROBE_WHILE_RUNNING = Duration.ofSeconds(2);
  private static final Duration LOG_CHECK = Duration.ofSeconds(10);

  private static final Duration REAPED_AFTER = Duration.ofMillis(500);

  /** Something without a door counts as healthy once it has run this long. */
  private static final Duration ALIVE_IS_WELL_AFTER = Duration.ofSeconds(1);

  /** An answer of a probe, about the process that was asked. */
  private record Answer(int component, ProcessIdentity process, Finding finding) {}

  /** One component and everything that is known about it. */
  private static final class Kept {
    final Component component;
    final Tracker tracker;
    final Prober prober = new Prober();
    Instant nextProbe = Instant.EPOCH;
    Instant started = Instant.EPOCH;
    boolean isAsked;

    /** Why this supervisor has ended the process; empty if it has not. */
    String endedBecause = "";

    Kept(Component component, Instant now) {
      this.component = component;
      this.tracker = new Tracker(now);
    }
  }

  private final ClusterSpec spec;
  private final InstantSource clock;
  private final ProcessIdentity self =
      ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
  private final List<Kept> kept = new ArrayList<>();
  private final Map<String, Tracker> byName = new HashMap<>();
  private final Map<ProcessIdentity, Process> children = new HashMap<>();
  private final BlockingQueue<Answer> answers;
  private List<ComponentReport> written = List.of();
  private Instant nextLogCheck = Instant.EPOCH;

  public Supervisor(ClusterSpec spec, List<Component> components, InstantSource clock) {
    this.spec = spec;
    this.clock = clock;
    for (Component component : components) {
      Kept one = new Kept(component, clock.instant());
      kept.add(one);
      byName.put(component.name(), one.tracker);
    }
    // Each component has at most one question open.
    this.answers = new ArrayBlockingQueue<>(Math.max(1, components.size()));
  }

  /** Runs until its thread is interrupted, or until the cluster's description is gone. */
  public void run() throws InterruptedException, IOException {
    adopt();
    while (Files.exists(spec.layout().spec())) {
      Instant now = clock.instant();
      for (int i = 0; i < kept.size(); i++) {
        look(i, now);
      }
      boundLogs(now);
      report();
      Answer answer = answers.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
      while (answer != null) {
        take(answer);
        answer = answers.poll();
      }
    }
    LOG.info("the cluster's description is gone, ending: file={}", spec.layout().spec());
  }

  private void adopt() throws IOException {
    Map<String, Integer> restarts = new HashMap<>();
    StateFile.read(spec.layout().state())
        .forEach(report -> restarts.put(report.name(), report.restarts()));
    Map<String, ProcessIdentity> running = new HashMap<>();
    for (ProcessIdentity process : new ClusterProcesses(spec.id()).all()) {
      ClusterProcesses.component(process).ifPresent(name -> running.put(name, process));
    }
    for (Kept one : kept) {
      String name = one.component.name();
      one.tracker.continueFrom(restarts.getOrDefault(name, 0));
      ProcessIdentity process = running.get(name);
      if (process != null) {
        one.tracker.runs(process, clock.instant());
        LOG.info("adopted: component={} pid={}", name, process.pid());
      }
    }
  }

  private void look(int index, Instant now) throws InterruptedException {
    Kept one = kept.get(index);
    Optional<ProcessIdentity> process = one.tracker.process();
    if (process.isPresent() && !process.get().isAlive()) {
      String end = endOf(process.get());
      String reason = one.endedBecause.isEmpty() ? end : one.endedBecause;
      one.tracker.ended(reason, now);
      LOG.warn("ended: component={} reason={}", one.component.name(), reason);
    }
    if (one.tracker.isDue(now, needsMet(one.component))) {
      start(one, now);
    }
    Optional<ProcessIdentity> running = one.tracker.process();
    if (running.isPresent() && !one.isAsked && !now.isBefore(one.nextProbe)) {
      ask(index, one, running.get(), now);
    }
  }

  private boolean needsMet(Component component) {
    return component.needs().stream()
        .allMatch(name -> Objects.requireNonNull(byName.get(name)).wasEverHealthy());
  }

  /** The kernel knows of an end a little before Java does. */
  private String endOf(ProcessIdentity identity) throws InterruptedException {
    Process child = children.remove(identity);
    if (child == null || !child.waitFor(REAPED_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
      return "it ended";
    }
    int code = child.exitValue();
    return code > 128 ? "killed by signal " + (code - 128) : "it ended with exit code " + code;
  }

  private void start(Kept one, Instant now) {
    Component component = one.component;
    try {
      Files.createDirectories(Objects.requireNonNull(component.log().getParent()));
      List<String> command = new ArrayList<>(List.of("setsid"));
      command.addAll(component.command());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(component.environment());
      builder.directory(new File("/"));
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(component.log().toFile()));
      Process child = builder.start();
      Optional<ProcessIdentity> identity = ProcessIdentity.of(child.pid());
      if (identity.isEmpty()) {
        one.tracker.failedToStart("it ended at once", now);
        return;
      }
      children.put(identity.get(), child);
      one.started = now;
      one.nextProbe = now;
      one.endedBecause = "";
      one.tracker.runs(identity.get(), now);
      LOG.info("started: component={} pid={}", component.name(), child.pid());
    } catch (IOException failed) {
      one.tracker.failedToStart(String.valueOf(failed.getMessage()), now);
      LOG.error("cannot start: component={} reason={}", component.name(), failed.getMessage());
    }
  }

  private void ask(int index, Kept one, ProcessIdentity process, Instant now) {
    if (one.component.probe() instanceof Probe.Alive) {
      if (!now.isBefore(one.started.plus(ALIVE_IS_WELL_AFTER))) {
        one.tracker.isHealthy(now);
      }
      return;
    }
    one.isAsked = true;
    Thread.ofVirtual()
        .name("probe-" + one.component.name())
        .start(() -> {
          Finding finding;
          try {
            finding = one.prober.ask(one.component.probe());
          } catch (RuntimeException failed) {
            finding = new Finding.Unready("cannot be asked: " + failed);
          }
          answers.add(new Answer(index, process, finding));
        });
  }

  private void take(Answer answer) {
    Kept one = kept.get(answer.component());
    Instant now = clock.instant();
    one.isAsked = false;
    if (one.tracker.process().filter(answer.process()::equals).isPresent()) {
      Phase before = one.tracker.phase();
      switch (answer.finding()) {
        case Finding.Well well -> one.tracker.isHealthy(now);
        case Finding.Unready unready -> one.tracker.isNotHealthy(unready.reason(), now);
        case Finding.Silent silent -> one.tracker.isSilent(silent.reason(), now);
      }
      if (before != one.tracker.phase()) {
        LOG.info("component={} phase={}", one.component.name(), one.tracker.phase().word());
      }
      one.tracker.hangs(now).ifPresent(silence -> end(one, answer.process(), silence));
    }
    boolean settled = one.tracker.phase() == Phase.RUNNING;
    one.nextProbe = now.plus(settled ? PROBE_WHILE_RUNNING : PROBE_WHILE_STARTING);
  }

  /** Ends a component that hangs; the next look finds it gone and starts it again. */
  private static void end(Kept one, ProcessIdentity process, Duration silence) {
    one.endedBecause = "it gave no sign of life for " + silence.toSeconds() + " s and was ended";
    LOG.error("hangs: component={} silent={}s", one.component.name(), silence.toSeconds());
    process.kill();
  }

  private void boundLogs(Instant now) {
    if (now.isBefore(nextLogCheck)) {
      return;
    }
    nextLogCheck = now.plus(LOG_CHECK);
    for (Kept one : kept) {
      try {
        LogFile.bound(one.component.log(), LogFile.SIZE_LIMIT_BYTES);
      } catch (IOException failed) {
        LOG.warn("cannot bound a log: file={} reason={}", one.component.log(), failed.getMessage());
      }
    }
  }

  private void report() {
    List<ComponentReport> reports =
        kept.stream().map(one -> one.tracker.report(one.component.name())).toList();
    if (reports.equals(written)) {
      return;
    }
    try {
      Path file = spec.layout().state();
      StateFile.write(file, self, reports);
      written = reports;
    } catch (IOException failed) {
      // The disk may be full, or the cluster is being removed: the components matter more.
      LOG.warn("cannot write the state: reason={}", failed.getMessage());
    }
  }
}
