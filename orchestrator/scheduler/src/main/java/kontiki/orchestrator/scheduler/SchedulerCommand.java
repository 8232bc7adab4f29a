package kontiki.orchestrator.scheduler;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ElectedProcess;
import kontiki.orchestrator.client.EventRecorder;
import kontiki.orchestrator.client.HealthFlags;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.orchestrator.client.LeaderElectionFlags;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the scheduler: kube-scheduler's part of a cluster. */
@Command(
    name = "scheduler",
    mixinStandardHelpOptions = true,
    description = {
      "Run the scheduler: it chooses a node for each pod that has none.",
      "",
      "Example:",
      "  kontiki scheduler --kubeconfig scheduler.kubeconfig"
    })
public final class SchedulerCommand implements Callable<Integer> {
  static final String DEFAULT_NAME = "default-scheduler";

  @Option(
      names = "--kubeconfig",
      required = true,
      paramLabel = "FILE",
      description = "How to reach the API server, and as whom.")
  private Path kubeconfig = Path.of("");

  @Option(
      names = "--scheduler-name",
      defaultValue = DEFAULT_NAME,
      paramLabel = "NAME",
      description = "Place the pods that ask for this scheduler (default: default-scheduler).")
  private String name = DEFAULT_NAME;

  @Mixin private LeaderElectionFlags election = new LeaderElectionFlags();
  @Mixin private HealthFlags health = new HealthFlags();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ApiClient client = ApiClient.connect(KubeConfig.load(kubeconfig));
    EventRecorder events = new EventRecorder(client, name, null, InstantSource.system());
    SchedulerLoops loops = new SchedulerLoops(client, name, events);
    ElectedProcess process = new ElectedProcess(client, election.settings("kube-scheduler"), loops);
    health.serve(process.health());
    process.run();
    return 0;
  }
}
