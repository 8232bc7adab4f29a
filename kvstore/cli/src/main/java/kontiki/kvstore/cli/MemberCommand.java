package kontiki.kvstore.cli;

import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.MemberListRequest;
import kontiki.kvstore.api.pb.MemberListResponse;
import picocli.CommandLine.Command;

@Command(
    name = "member",
    description = "Show the members of the store.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = MemberCommand.ListMembers.class)
final class MemberCommand extends GroupCommand {

  static MemberListResponse list(Store store) {
    return store.call(
        ClusterGrpc.getMemberListMethod(),
        MemberListRequest.newBuilder().setLinearizable(true).build());
  }

  @Command(
      name = "list",
      description = "Show every member: id, status, name, peer and client addresses, learner.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv member list -w table")
  static final class ListMembers extends StoreCommand {
    @Override
    void ask() {
      var printer = printer(Format.Answer.MEMBERS);
      try (var store = options().connection().open()) {
        printer.members(list(store));
      }
    }
  }
}
