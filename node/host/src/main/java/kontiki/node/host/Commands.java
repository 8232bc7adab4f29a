package kontiki.node.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kontiki.kvstore.cli.KvCommand;
import kontiki.kvstore.server.RestoreCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The table of commands. Rows name classes instead of referring to them, so that showing the
 * overview, or running one command, loads no other; a test checks that each class exists.
 */
final class Commands {

  private Commands() {}

  /**
   * One command: its name, the group it is shown in (empty: not shown), what it does, its class.
   */
  record Row(String group, String name, String description, String className) {
    private static final String RESTORE = "/kontiki/kvstore/server/RestoreCommand.class";

    /**
     * Adds the command to a command line.
     *
     * @param arguments what will be read with it, if that is known: of a large command only the
     *     part that they name is made
     */
    void addTo(CommandLine line, String... arguments) {
      Object made = instance();
      line.addSubcommand(name, made instanceof KvCommand kv ? spec(kv, arguments) : made);
    }

    /**
     * Restoring is the server's, but people look for it beside saving. The launcher runs commands
     * that only ask without the server's classes.
     */
    private static CommandSpec spec(KvCommand kv, String... arguments) {
      CommandSpec spec = kv.spec(arguments);
      CommandLine snapshot = spec.subcommands().get("snapshot");
      if (snapshot != null && Commands.class.getResource(RESTORE) != null) {
        snapshot.addSubcommand(new RestoreCommand());
      }
      return spec;
    }

    private Object instance() {
      try {
        return Class.forName(className).getDeclaredConstructor().newInstance();
      } catch (ClassNotFoundException | NoClassDefFoundError absent) {
        throw new IllegalStateException(
            "this build has no command '" + name + "': build it with 'mvn package'", absent);
      } catch (ReflectiveOperationException wrong) {
        throw new IllegalStateException("the command '" + name + "' cannot be made", wrong);
      }
    }
  }

  private static final String CLUSTER = "A cluster on this machine";
  private static final String TOOLS = "Tools";
  private static final String ROLES = "One role, with flags (what 'up' starts)";

  static final List<Row> ROWS =
      List.of(
          new Row(CLUSTER, "up", "Start a cluster.", "kontiki.node.host.UpCommand"),
          new Row(
              CLUSTER,
              "status",
              "Show what runs, and how it is.",
              "kontiki.node.host.StatusCommand"),
          new Row(
              CLUSTER,
              "down",
              "End the cluster and leave nothing.",
              "kontiki.node.host.DownCommand"),
          new Row(
              TOOLS,
              "ctl",
              "Work with the cluster's objects.",
              "kontiki.orchestrator.cli.CtlCommand"),
          new Row(TOOLS, "kv", "Work with the key-value store.", "kontiki.kvstore.cli.KvCommand"),
          new Row(TOOLS, "pki", "Make and check certificates.", "kontiki.pki.ca.PkiCommand"),
          new Row(
              TOOLS,
              "chaos",
              "Break a cluster and check what it promised.",
              "kontiki.chaos.ChaosCommand"),
          new Row(
              TOOLS,
              "completion",
              "Print a completion script for a shell.",
              "kontiki.node.host.CompletionCommand"),
          new Row(ROLES, "etcd", "A member of the store.", "kontiki.kvstore.server.EtcdCommand"),
          new Row(
              ROLES,
              "apiserver",
              "The API server.",
              "kontiki.orchestrator.apiserver.ApiServerCommand"),
          new Row(
              ROLES,
              "controllers",
              "The controllers.",
              "kontiki.orchestrator.controllers.ControllersCommand"),
          new Row(
              ROLES,
              "scheduler",
              "The scheduler.",
              "kontiki.orchestrator.scheduler.SchedulerCommand"),
          new Row(ROLES, "kubelet", "The agent of a node.", "kontiki.node.kubelet.KubeletCommand"),
          new Row(
              ROLES,
              "proxy",
              "Service rules and pod network of a node.",
              "kontiki.node.proxy.ProxyCommand"),
          new Row(
              "",
              "supervise",
              "Keep the roles of a cluster running.",
              "kontiki.node.host.SuperviseCommand"),
          new Row(
              "",
              "train",
              "Exercise the roles once, for the AOT cache.",
              "kontiki.node.host.TrainCommand"));

  static Optional<Row> named(String name) {
    return ROWS.stream().filter(row -> row.name().equals(name)).findFirst();
  }

  /** The command whose name differs least from the given one, if it is near enough. */
  static Optional<String> nearest(String name) {
    String best = "";
    int least = 3;
    for (Row row : ROWS) {
      int distance = distance(name, row.name());
      if (distance < least) {
        least = distance;
        best = row.name();
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  /** The overview of the top help: the commands by group, then how a first session goes. */
  static String overview(CommandLine.Help help) {
    if (help.commandSpec().parent() != null) {
      return help.commandList();
    }
    StringBuilder text = new StringBuilder();
    List<String> groups = new ArrayList<>(List.of(CLUSTER, TOOLS, ROLES));
    for (String group : groups) {
      text.append('\n').append(group).append(":\n");
      for (Row row : ROWS) {
        if (row.group().equals(group)) {
          text.append(String.format("  %-12s %s%n", row.name(), row.description()));
        }
      }
    }
    return text.append(
            """

            A first session:
              sudo ./kontiki up --nodes 2
              kubectl --context kontiki get nodes
              kubectl --context kontiki create deployment kubia --image kontiki/kubia --replicas 3
              ./kontiki status
              sudo ./kontiki down
            'kontiki COMMAND --help' shows a command's options and examples.
            """)
        .toString();
  }
}
