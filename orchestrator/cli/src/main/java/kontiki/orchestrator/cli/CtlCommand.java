package kontiki.orchestrator.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kontiki ctl}: works with the objects of a cluster, as kubectl does. */
@Command(
    name = "ctl",
    mixinStandardHelpOptions = true,
    description = "Work with the cluster's objects.",
    footer = {
      "",
      "Examples:",
      "  kontiki ctl get nodes",
      "  kontiki ctl get pods -A -o wide",
      "  kontiki ctl apply -f app.yaml",
      "  kontiki ctl scale deployment/web --replicas=5",
      "  kontiki ctl logs -f web-6d4cf56db6-7x2lp",
      "  kontiki ctl describe pod web-6d4cf56db6-7x2lp",
      "  kontiki ctl delete deployment web"
    },
    subcommands = {
      GetCommand.class,
      DescribeCommand.class,
      CreateCommand.class,
      ApplyCommand.class,
      DeleteCommand.class,
      ScaleCommand.class,
      LogsCommand.class
    })
public final class CtlCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Made by the executable. */
  public CtlCommand() {}

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
