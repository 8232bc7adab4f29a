package kontiki.node.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kontiki.node.host.bringup.Clusters;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.node.host.supervise.ComponentReport;
import kontiki.node.host.supervise.LogFile;
import kontiki.node.host.supervise.Phase;
import kontiki.node.host.supervise.StateFile;
import kontiki.node.host.supervise.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the parts of the cluster of this machine. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Show what runs, since when, how often it was restarted, and where its log is.",
      "For a part that is not healthy: its last error line. Exit code 1 if there is such a part."
    },
    footer = {"", "Example:", "  ./kontiki status"})
public final class StatusCommand implements Callable<Integer> {

  private static final String DEAD = "dead";

  /** One line of the table. */
  private record Line(
      String name,
      String state,
      String pid,
      String uptime,
      int restarts,
      Path log,
      String problem) {
    boolean isHealthy() {
      return state.equals(Phase.RUNNING.word());
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the cluster lives (default: where one runs, or /var/lib/kontiki).")
  private @Nullable Path dataDirectory;

  @Override
  public Integer call() throws IOException {
    Path folder = Clusters.folder(dataDirectory);
    ClusterSpec cluster =
        Clusters.in(folder)
            .orElseThrow(() ->
                new IOException(
                    "there is no cluster in " + folder + ": start one with './kontiki up'"));
    List<Line> lines = lines(cluster);
    print(lines);
    return lines.stream().allMatch(Line::isHealthy) ? 0 : Main.FAILED;
  }

  private static List<Line> lines(ClusterSpec cluster) throws IOException {
    Layout layout = cluster.layout();
    List<Line> lines = new ArrayList<>();
    Optional<ProcessIdentity> supervisor =
        StateFile.supervisor(layout.state()).filter(ProcessIdentity::isAlive);
    lines.add(
        new Line(
            Topology.SUPERVISOR,
            supervisor.isPresent() ? Phase.RUNNING.word() : DEAD,
            supervisor.map(one -> Long.toString(one.pid())).orElse("-"),
            supervisor.map(StatusCommand::uptime).orElse("-"),
            0,
            layout.log(Topology.SUPERVISOR),
            supervisor.isPresent() ? "" : "it has ended: './kontiki up' starts it again"));
    for (ComponentReport report : StateFile.read(layout.state())) {
      lines.add(line(report, layout.log(report.name()), supervisor.isPresent()));
    }
    return lines;
  }

  private static Line line(ComponentReport report, Path log, boolean isSupervised) {
    Optional<ProcessIdentity> process = report.process().filter(ProcessIdentity::isAlive);
    String state = report.phase().word();
    if (report.process().isPresent() && process.isEmpty()) {
      state = isSupervised ? Phase.RESTARTING.word() : DEAD;
    }
    return new Line(
        report.name(),
        state,
        process.map(one -> Long.toString(one.pid())).orElse("-"),
        process.map(StatusCommand::uptime).orElse("-"),
        report.restarts(),
        log,
        report.problem());
  }

  private static String uptime(ProcessIdentity process) {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().startInstant())
        .map(start -> words(Duration.between(start, java.time.Instant.now())))
        .orElse("-");
  }

  /** As kubectl shows an age: the two largest units. */
  static String words(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 7200) {
      return seconds / 60 + "m" + seconds % 60 + "s";
    }
    return seconds < 172_800
        ? seconds / 3600 + "h" + seconds % 3600 / 60 + "m"
        : seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
  }

  private void print(List<Line> lines) {
    PrintWriter out = spec.commandLine().getOut();
    String format = "%-16s %-11s %-8s %-8s %-8s %s";
    out.println(format.formatted("COMPONENT", "STATE", "PID", "UPTIME", "RESTARTS", "LOG"));
    for (Line line : lines) {
      out.println(
          format.formatted(
              line.name(), line.state(), line.pid(), line.uptime(), line.restarts(), line.log()));
    }
    for (Line line : lines) {
      if (!line.isHealthy()) {
        out.println();
        String last = LogFile.lastWords(line.log());
        out.println(
            line.name() + ": " + (line.problem().isEmpty() ? line.state() : line.problem()));
        if (!last.isEmpty()) {
          out.println("  " + last);
        }
      }
    }
    out.flush();
  }
}
