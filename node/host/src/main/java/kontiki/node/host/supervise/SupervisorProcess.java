package kontiki.node.host.supervise;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;

/** Starts the supervisor of a cluster as a process that outlives the command. */
public final class SupervisorProcess {

  private SupervisorProcess() {}

  /** Starts it, in a session of its own, with its own log. */
  public static void start(ClusterSpec spec) throws IOException {
    Layout layout = spec.layout();
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(
        Launcher.command(
            JvmOptions.SUPERVISE,
            layout,
            List.of("supervise", "--data-dir", spec.dataDirectory().toString())));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(Launcher.environment(spec, Topology.SUPERVISOR, JvmOptions.SUPERVISE));
    builder.directory(new File("/"));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(layout.log(Topology.SUPERVISOR).toFile()));
    builder.start();
  }
}
