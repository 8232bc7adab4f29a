package kontiki.node.host.supervise;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;

/** How a role of this executable is run: through the launcher script, or as this process was. */
public final class Launcher {

  private static final String SCRIPT = "KONTIKI_LAUNCHER";
  private static final String OPTIONS = "KONTIKI_JVM_OPTIONS";

  private Launcher() {}

  /** The command line for {@code arguments}, in a session of its own. */
  static List<String> command(JvmOptions options, Layout layout, List<String> arguments) {
    List<String> command = new ArrayList<>();
    String script = System.getenv(SCRIPT);
    if (script != null && !script.isEmpty()) {
      command.add(script);
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(options.text(layout.temporary()).split(" ")));
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              System.getProperty("java.class.path"),
              "kontiki.node.host.Main"));
    }
    command.addAll(arguments);
    return command;
  }

  /** The environment of a component: its mark, and its Java options. */
  static SortedMap<String, String> environment(
      ClusterSpec spec, String component, JvmOptions options) {
    SortedMap<String, String> environment = mark(spec, component);
    environment.put(OPTIONS, options.text(spec.layout().temporary()));
    return environment;
  }

  static SortedMap<String, String> mark(ClusterSpec spec, String component) {
    SortedMap<String, String> environment = new TreeMap<>();
    environment.put(ClusterSpec.CLUSTER_VARIABLE, spec.id());
    environment.put(ClusterSpec.COMPONENT_VARIABLE, component);
    return environment;
  }
}
