package kontiki.orchestrator.controllers;

import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import kontiki.orchestrator.client.ElectedProcess;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.controllers.daemonset.DaemonSetController;
import kontiki.orchestrator.controllers.deployment.DeploymentController;
import kontiki.orchestrator.controllers.endpoint.EndpointSliceController;
import kontiki.orchestrator.controllers.endpoint.EndpointsController;
import kontiki.orchestrator.controllers.garbage.GarbageCollector;
import kontiki.orchestrator.controllers.namespace.NamespaceController;
import kontiki.orchestrator.controllers.nodeipam.NodeIpamController;
import kontiki.orchestrator.controllers.nodelifecycle.NodeLifecycleController;
import kontiki.orchestrator.controllers.nodelifecycle.TaintEvictionController;
import kontiki.orchestrator.controllers.podgc.PodGcController;
import kontiki.orchestrator.controllers.replicaset.ReplicaSetController;
import kontiki.orchestrator.controllers.serviceaccount.RootCaPublisher;
import kontiki.orchestrator.controllers.serviceaccount.ServiceAccountController;
import kontiki.orchestrator.controllers.serviceaccount.TokenController;

/** All control loops of a process over one view of the cluster. */
public final class ControllerSet implements ElectedProcess.Loops {
  private final InformerSet views;
  private final List<Controller> controllers;
  private final int workers;

  /** All loops; views of further kinds that they need later are started at once. */
  public ControllerSet(ControllerContext context, ControllerOptions options) {
    this(context, options, Informer::start);
  }

  ControllerSet(
      ControllerContext context,
      ControllerOptions options,
      Consumer<Informer<PartialObjectMetadata>> opener) {
    this.views = context.cluster().informers();
    this.workers = options.workers();
    List<Controller> all =
        new ArrayList<>(
            List.of(
                new ServiceAccountController(context),
                new RootCaPublisher(context, options.rootCaPem()),
                new NodeIpamController(context, options.podRanges()),
                new ReplicaSetController(context),
                new DeploymentController(context),
                new DaemonSetController(context),
                new EndpointSliceController(context),
                new EndpointsController(context),
                new NodeLifecycleController(context, options.nodeGrace()),
                new TaintEvictionController(context),
                new PodGcController(context),
                new GarbageCollector(context, opener),
                new NamespaceController(context)));
    options
        .tokens()
        .ifPresent(signer -> all.add(new TokenController(context, signer, options.rootCaPem())));
    this.controllers = List.copyOf(all);
  }

  public List<Controller> controllers() {
    return controllers;
  }

  @Override
  public InformerSet views() {
    return views;
  }

  @Override
  public void start() {
    for (Controller controller : controllers) {
      controller.loops().forEach(loop -> loop.start(workers));
    }
  }

  @Override
  public Optional<String> stuck() {
    return controllers.stream()
        .flatMap(controller -> controller.loops().stream())
        .flatMap(loop -> loop.stuck().stream())
        .findFirst();
  }

  @Override
  public void stop() {
    for (Controller controller : controllers) {
      controller.loops().forEach(WorkLoop::close);
    }
  }
}
