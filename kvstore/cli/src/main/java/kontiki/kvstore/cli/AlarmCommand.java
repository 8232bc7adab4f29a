package kontiki.kvstore.cli;

import kontiki.kvstore.api.pb.AlarmRequest;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import picocli.CommandLine.Command;

@Command(
    name = "alarm",
    description = "Show and clear alarms, such as a store that is full.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AlarmCommand.ListAlarms.class, AlarmCommand.Disarm.class})
final class AlarmCommand extends GroupCommand {

  private static void send(StoreCommand command, AlarmRequest.AlarmAction action) {
    var printer = command.printer(Format.Answer.MESSAGE);
    try (var store = command.options().connection().open()) {
      var request = AlarmRequest.newBuilder().setAction(action).build();
      printer.alarms(store.call(MaintenanceGrpc.getAlarmMethod(), request));
    }
  }

  @Command(
      name = "list",
      description = "Show every alarm.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv alarm list")
  static final class ListAlarms extends StoreCommand {
    @Override
    void ask() {
      send(this, AlarmRequest.AlarmAction.GET);
    }
  }

  @Command(
      name = "disarm",
      description = "Clear every alarm.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv alarm disarm")
  static final class Disarm extends StoreCommand {
    @Override
    void ask() {
      send(this, AlarmRequest.AlarmAction.DEACTIVATE);
    }
  }
}
