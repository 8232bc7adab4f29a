package kontiki.orchestrator.controllers;

import java.util.List;
import kontiki.orchestrator.client.ElectedProcess;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.WorkLoop;
import kontiki.orchestrator.controllers.namespace.NamespaceController;
import kontiki.orchestrator.controllers.nodeipam.NodeIpamController;
import kontiki.orchestrator.controllers.replicaset.ReplicaSetController;
import kontiki.orchestrator.controllers.serviceaccount.RootCaPublisher;
import kontiki.orchestrator.controllers.serviceaccount.ServiceAccountController;

/** All control loops of a process over one view of the cluster. */
public final class ControllerSet implements ElectedProcess.Loops {
  private final InformerSet views;
  private final List<Controller> controllers;
  private final int workers;

  public ControllerSet(ControllerContext context, ControllerOptions options) {
    this.views = context.cluster().informers();
    this.workers = options.workers();
    this.controllers =
        List.of(
            new ServiceAccountController(context),
            new RootCaPublisher(context, options.rootCaPem()),
            new NodeIpamController(context, options.podRanges()),
            new ReplicaSetController(context),
            new NamespaceController(context));
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
  public void stop() {
    for (Controller controller : controllers) {
      controller.loops().forEach(WorkLoop::close);
    }
  }
}
