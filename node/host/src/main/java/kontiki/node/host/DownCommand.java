package kontiki.node.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import kontiki.node.host.bringup.Clusters;
import kontiki.node.host.bringup.MachineLock;
import kontiki.node.host.bringup.Timeline;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.cluster.UserKubeconfig;
import kontiki.node.host.machine.Fabric;
import kontiki.node.host.machine.Preflight;
import kontiki.node.host.supervise.Kubeconfigs;
import kontiki.node.host.teardown.Teardown;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends the cluster of this machine. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "End the cluster and leave nothing: no process, namespace, link, rule, mount, control group,",
      "file, or kubeconfig context. Works on a half-made or a dead cluster too. Needs root."
    },
    footer = {
      "",
      "Examples:",
      "  sudo ./kontiki down",
      "  sudo ./kontiki down --keep-data   the next 'up' finds certificates and store again"
    })
public final class DownCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the cluster lives (default: where one runs, or /var/lib/kontiki).")
  private @Nullable Path dataDirectory;

  @Option(names = "--keep-data", description = "Keep certificates and store.")
  private boolean keepData;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Clusters.folder(dataDirectory);
    List<String> problems = Preflight.basics(folder);
    if (!problems.isEmpty()) {
      problems.forEach(problem -> spec.commandLine().getErr().println("error: " + problem));
      return Main.FAILED;
    }
    Timeline timeline = new Timeline(out);
    try (MachineLock lock = MachineLock.take()) {
      assert lock != null;
      Optional<ClusterSpec> known = Clusters.in(folder);
      if (known.isPresent()) {
        return end(known.get(), timeline);
      } else {
        endUnknown(folder, timeline);
      }
    }
    return 0;
  }

  private int end(ClusterSpec cluster, Timeline timeline) throws IOException, InterruptedException {
    Teardown teardown = new Teardown(cluster, timeline::step);
    teardown.run();
    boolean isForgotten = cluster.kubeconfig().isEmpty() || forget(cluster.kubeconfig().get());
    if (isForgotten && cluster.kubeconfig().isPresent()) {
      timeline.step(
          "context " + Kubeconfigs.CONTEXT + " removed from " + cluster.kubeconfig().get());
    }
    teardown.removeFiles(keepData);
    spec.commandLine().getOut().println("The cluster is gone.");
    return isForgotten ? 0 : Main.FAILED;
  }

  /** Takes the context away; a file that somebody broke meanwhile does not keep the cluster. */
  private boolean forget(Path kubeconfig) {
    try {
      new UserKubeconfig(kubeconfig).remove(Kubeconfigs.CONTEXT);
      return true;
    } catch (IOException broken) {
      spec.commandLine()
          .getErr()
          .println(
              "error: the context " + Kubeconfigs.CONTEXT + " stays: " + ErrorLine.text(broken));
      return false;
    }
  }

  /** Without a description of the cluster: the network, if it is one of ours. */
  private void endUnknown(Path folder, Timeline timeline) throws IOException, InterruptedException {
    Clusters.checkFolder(folder);
    // What is on the machine may be another cluster's, which is not meant.
    Clusters.checkOnlyHere(folder);
    if (Fabric.isOurs()) {
      ClusterSpec nameless =
          new ClusterSpec(
              UUID.randomUUID().toString(),
              ClusterSpec.thisMachine(),
              folder,
              1,
              Addresses.NODES_LIMIT,
              Optional.empty());
      new Teardown(nameless, timeline::step).run();
    } else {
      spec.commandLine().getOut().println("There is no cluster in " + folder + "; nothing to do.");
    }
    Files.deleteIfExists(Layout.POINTER);
  }
}
