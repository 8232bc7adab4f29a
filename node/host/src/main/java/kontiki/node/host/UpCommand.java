package kontiki.node.host;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import kontiki.node.host.bringup.Bringup;
import kontiki.node.host.bringup.Clusters;
import kontiki.node.host.bringup.MachineLock;
import kontiki.node.host.bringup.Timeline;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.UserKubeconfig;
import kontiki.node.host.machine.Cgroups;
import kontiki.node.host.machine.ClusterProcesses;
import kontiki.node.host.machine.Packages;
import kontiki.node.host.machine.Preflight;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a cluster on this machine. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Start a cluster on this machine: a store, a control plane, and nodes in network namespaces.",
      "Needs root. A cluster that died is made to live again; one that runs is left as it is."
    },
    footer = {
      "",
      "Examples:",
      "  sudo ./kontiki up                        one node, one store member",
      "  sudo ./kontiki up --nodes 3 --members 3  three of each",
      "  sudo ./kontiki up --yes                  install missing packages without asking",
      "",
      "'./kontiki status' shows what runs; 'sudo ./kontiki down' ends it and leaves nothing."
    })
public final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes (default: 1).")
  private @Nullable Integer nodes;

  @Option(
      names = "--members",
      paramLabel = "N",
      description = "How many store members: 1 or 3 (default: 1).")
  private @Nullable Integer members;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the cluster lives (default: /var/lib/kontiki).")
  private @Nullable Path dataDirectory;

  @Option(names = "--yes", description = "Install missing packages without asking.")
  private boolean yes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkOptions();
    Timeline timeline = new Timeline(out());
    Path folder = Clusters.folder(dataDirectory);
    if (report(Preflight.basics(folder))) {
      return Main.FAILED;
    }
    try (MachineLock lock = MachineLock.take()) {
      assert lock != null;
      return start(folder, timeline);
    }
  }

  private void checkOptions() {
    if (nodes != null && (nodes < 1 || nodes > Addresses.NODES_LIMIT)) {
      throw wrong("--nodes " + nodes + ": use 1 to " + Addresses.NODES_LIMIT);
    }
    if (members != null && members != 1 && members != 3) {
      throw wrong("--members " + members + ": use 1 or 3");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private int start(Path folder, Timeline timeline) throws IOException, InterruptedException {
    Clusters.checkFolder(folder);
    Clusters.checkOnlyHere(folder);
    Optional<ClusterSpec> known = Clusters.in(folder);
    if (known.isPresent()) {
      checkSame(known.get());
      if (Clusters.supervisor(known.get()).isPresent()) {
        boolean isRenewed = new Bringup(known.get(), timeline).renewCertificates();
        out()
            .println(
                "The cluster in "
                    + folder
                    + " runs already; "
                    + (isRenewed ? "what had expired is renewed." : "nothing was changed."));
        out().println("'./kontiki status' shows its parts.");
        return 0;
      }
    }
    new UserKubeconfig(UserKubeconfig.locate()).check();
    ClusterSpec cluster = known.isPresent() ? known.get() : newCluster(folder);
    if (!installPackages(timeline) || report(problems(cluster, known.isPresent()))) {
      return Main.FAILED;
    }
    timeline.step(
        (known.isPresent() ? "found" : "starting")
            + " a cluster in "
            + folder
            + ": "
            + cluster.members()
            + (cluster.members() == 1 ? " store member, " : " store members, ")
            + cluster.nodes()
            + (cluster.nodes() == 1 ? " node" : " nodes")
            + " (control groups "
            + Cgroups.version().name().toLowerCase(Locale.ROOT)
            + ")");
    new Bringup(cluster, timeline).run();
    farewell(cluster, timeline);
    return 0;
  }

  private ClusterSpec newCluster(Path folder) throws IOException {
    return new ClusterSpec(
        UUID.randomUUID().toString(),
        ClusterSpec.thisMachine(),
        folder,
        members == null ? 1 : members,
        nodes == null ? 1 : nodes,
        Optional.empty());
  }

  private void checkSame(ClusterSpec known) throws IOException {
    if (members != null && members != known.members() || nodes != null && nodes != known.nodes()) {
      throw new IOException(
          "the cluster in "
              + known.dataDirectory()
              + " has --members "
              + known.members()
              + " --nodes "
              + known.nodes()
              + ": end it with './kontiki down' before you start another one");
    }
  }

  /** Of the machine, if there is something to start; parts that run on need nothing more. */
  private static List<String> problems(ClusterSpec cluster, boolean isKnown) throws IOException {
    Path folder = cluster.dataDirectory();
    if (isKnown && !new ClusterProcesses(cluster.id()).all().isEmpty()) {
      return List.of();
    }
    List<String> problems = Preflight.machine(folder, cluster.members(), cluster.nodes());
    problems.addAll(
        isKnown
            ? Preflight.ports(folder, cluster.members())
            : Preflight.leftovers(folder, cluster.members(), cluster.nodes()));
    return problems;
  }

  /** Whether everything that is needed is there now. */
  private boolean installPackages(Timeline timeline) throws IOException, InterruptedException {
    List<String> missing = Packages.missing();
    if (missing.isEmpty()) {
      return true;
    }
    String names = String.join(" ", missing);
    if (!Packages.canInstall()) {
      report(List.of("these programs are missing, and there is no apt-get: install " + names));
      return false;
    }
    out().println("A cluster needs these packages of your distribution: " + names);
    if (!yes && !agrees()) {
      report(
          List.of(
              "packages are missing: run again with --yes, or 'apt-get install " + names + "'"));
      return false;
    }
    Packages.install(missing);
    timeline.step("packages are installed: " + names);
    return true;
  }

  private boolean agrees() {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return false;
    }
    String answer = console.readLine("Install them with apt-get? [y/N] ");
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  /** Prints problems, one a line; whether there was any. */
  private boolean report(List<String> problems) {
    problems.forEach(problem -> spec.commandLine().getErr().println("error: " + problem));
    return !problems.isEmpty();
  }

  private void farewell(ClusterSpec cluster, Timeline timeline) {
    String ready = cluster.nodes() == 1 ? "node ready" : cluster.nodes() + " nodes ready";
    out()
        .println(
            String.format(Locale.ROOT, "%n%s after %.1f s. Now try:", ready, timeline.seconds()));
    out()
        .println(
            """
              kubectl get nodes
              kubectl create deployment kubia --image kontiki/kubia --replicas 3
              kubectl expose deployment kubia --type NodePort --port 80 --target-port 8080
              kubectl get pods,services -o wide
              curl http://10.200.0.11:NODEPORT/
            './kontiki status' shows what runs; './kontiki down' ends it and leaves nothing.\
            """);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
