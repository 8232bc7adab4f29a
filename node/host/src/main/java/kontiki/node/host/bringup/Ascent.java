package kontiki.node.host.bringup;

import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.machine.Engine;
import kontiki.node.host.machine.ProcessIdentity;
import kontiki.node.host.supervise.ComponentReport;
import kontiki.node.host.supervise.Kubeconfigs;
import kontiki.node.host.supervise.LogFile;
import kontiki.node.host.supervise.Phase;
import kontiki.node.host.supervise.StateFile;
import kontiki.node.host.supervise.Topology;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.ListOptions;
import kontiki.pki.ca.PkiDirectory;

/**
 * Watches a cluster come up: tells each component that became healthy and each node that became
 * ready, gives the images to the engines in between, and gives up with the reason when a component
 * does not come up. For one thread.
 */
final class Ascent {

  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final long INTERVAL_MILLIS = 50;
  private static final int RESTARTS_LIMIT = 4;
  private static final Duration SUPERVISOR_CHECK = Duration.ofSeconds(1);
  private static final int SUPERVISOR_MISSED_LIMIT = 3;

  private final ClusterSpec spec;
  private final Layout layout;
  private final PkiDirectory pki;
  private final Timeline timeline;
  private final Set<String> told = new HashSet<>();
  private final Set<String> readyNodes = new HashSet<>();
  private final Map<String, Integer> restartsBefore = new HashMap<>();
  private long nextSupervisorCheck = System.nanoTime();
  private int supervisorMissed;

  Ascent(ClusterSpec spec, PkiDirectory pki, Timeline timeline) {
    this.spec = spec;
    this.layout = spec.layout();
    this.pki = pki;
    this.timeline = timeline;
  }

  /** Returns when every component is healthy and every node is ready. */
  void follow(Bringup.Awaited<List<Path>> images) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    CompletableFuture<Void> imports = new CompletableFuture<>();
    boolean importing = false;
    try (ApiClient api = ApiClient.connect(new Kubeconfigs(pki).admin())) {
      while (true) {
        List<ComponentReport> reports = reports();
        tell(reports);
        checkFailures(reports);
        if (!importing && enginesRun()) {
          importing = true;
          startImport(images, imports);
        }
        if (told.contains("apiserver")) {
          tellNodes(api);
        }
        if (isComplete(reports) && imports.isDone()) {
          imports.join();
          return;
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(unfinished(reports));
        }
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      }
    } catch (CompletionException failed) {
      Throwable cause = Objects.requireNonNull(failed.getCause());
      throw new IOException("images cannot be imported: " + cause.getMessage(), cause);
    }
  }

  /** What the supervisor says that runs now; what an earlier one said last counts for nothing. */
  private List<ComponentReport> reports() throws IOException {
    boolean isFresh =
        StateFile.supervisor(layout.state()).filter(ProcessIdentity::isAlive).isPresent();
    List<ComponentReport> reports = isFresh ? StateFile.read(layout.state()) : List.of();
    reports.forEach(report -> restartsBefore.putIfAbsent(report.name(), report.restarts()));
    return reports;
  }

  private void tell(List<ComponentReport> reports) {
    for (ComponentReport report : reports) {
      if (report.phase() == Phase.RUNNING && told.add(report.name())) {
        timeline.step(report.name() + " is healthy");
      }
    }
  }

  private void checkFailures(List<ComponentReport> reports) throws IOException {
    checkSupervisor();
    for (ComponentReport report : reports) {
      int restarts = report.restarts() - restartsBefore.getOrDefault(report.name(), 0);
      if (restarts >= RESTARTS_LIMIT && !told.contains(report.name())) {
        throw new IOException(failure(report));
      }
    }
  }

  /** Looks through all processes, which costs too much to be done in each round. */
  private void checkSupervisor() throws IOException {
    if (System.nanoTime() < nextSupervisorCheck) {
      return;
    }
    nextSupervisorCheck = System.nanoTime() + SUPERVISOR_CHECK.toNanos();
    supervisorMissed = Clusters.supervisor(spec).isPresent() ? 0 : supervisorMissed + 1;
    if (supervisorMissed >= SUPERVISOR_MISSED_LIMIT) {
      throw new IOException(
          "the supervisor has ended; " + LogFile.lastWords(layout.log(Topology.SUPERVISOR)));
    }
  }

  private String failure(ComponentReport report) {
    Path log = layout.log(report.name());
    String line = LogFile.lastWords(log);
    return report.name()
        + " does not come up ("
        + report.problem()
        + ")"
        + (line.isEmpty() ? "" : "; " + line)
        + "; its log is "
        + log
        + ", './kontiki down' ends what there is";
  }

  private String unfinished(List<ComponentReport> reports) {
    for (ComponentReport report : reports) {
      if (report.phase() != Phase.RUNNING) {
        return failure(report);
      }
    }
    List<String> missing =
        spec.nodeNumbers()
            .map(Addresses::nodeName)
            .filter(node -> !readyNodes.contains(node))
            .toList();
    return missing.isEmpty()
        ? "the supervisor says nothing; its log is " + layout.log(Topology.SUPERVISOR)
        : "node "
            + missing.getFirst()
            + " does not become ready; its logs are "
            + layout.log(missing.getFirst() + "/kubelet")
            + " and "
            + layout.log(missing.getFirst() + "/proxy");
  }

  private boolean enginesRun() {
    return spec.nodeNumbers().map(Topology::engineName).allMatch(told::contains);
  }

  private void startImport(Bringup.Awaited<List<Path>> images, CompletableFuture<Void> imports) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            List<Path> archives = images.value();
            for (int number : spec.nodeNumbers().toList()) {
              Engine.importImages(layout, Addresses.nodeName(number), archives);
            }
            timeline.step("images are imported: kontiki/pause, kontiki/kubia");
            imports.complete(null);
          } catch (IOException | InterruptedException | RuntimeException failed) {
            imports.completeExceptionally(failed);
          }
        });
  }

  private void tellNodes(ApiClient api) {
    if (readyNodes.size() == spec.nodes()) {
      return;
    }
    try {
      for (Node node : api.resource(Node.class).list(ListOptions.ALL).items()) {
        String name = node.getMetadata().getName();
        if (isReady(node) && readyNodes.add(name)) {
          timeline.step("node " + name + " is Ready");
        }
      }
    } catch (ApiException notYet) {
      // It is asked again in a moment; a failure that stays ends at the limit.
    }
  }

  private static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(one -> "Ready".equals(one.getType()) && "True".equals(one.getStatus()));
  }

  private boolean isComplete(List<ComponentReport> reports) {
    return !reports.isEmpty()
        && reports.stream().allMatch(report -> told.contains(report.name()))
        && readyNodes.size() == spec.nodes();
  }
}
