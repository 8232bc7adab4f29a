package kontiki.kvstore.cli;

import java.util.List;
import java.util.stream.Collectors;
import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.MemberAddRequest;
import kontiki.kvstore.api.pb.MemberAddResponse;
import kontiki.kvstore.api.pb.MemberListRequest;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.MemberPromoteRequest;
import kontiki.kvstore.api.pb.MemberRemoveRequest;
import kontiki.kvstore.api.pb.MemberUpdateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "member",
    description = "Show and change the members of the store.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      MemberCommand.ListMembers.class,
      MemberCommand.Add.class,
      MemberCommand.Remove.class,
      MemberCommand.Update.class,
      MemberCommand.Promote.class
    })
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

  private static final String CLUSTER = " cluster %16x";

  /** A member's id, as it is printed: hexadecimal. */
  private static long id(String text) {
    try {
      return Long.parseUnsignedLong(text, 16);
    } catch (NumberFormatException e) {
      throw KvFailure.badArguments(
          "bad member ID arg (" + GoText.quote(text) + " is no number), expecting ID in Hex");
    }
  }

  @Command(
      name = "add",
      description = "Let a new member come: start it afterwards.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv member add m4 --peer-urls=https://10.0.0.4:2380")
  static final class Add extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "What it will be called.")
    private String name = "";

    @Option(
        names = "--peer-urls",
        split = ",",
        required = true,
        paramLabel = "URL",
        description = "Where the others will find it.")
    private List<String> peerUrls = List.of();

    @Option(names = "--learner", description = "It follows and has no vote until it is promoted.")
    private boolean learner;

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      try (var store = options().connection().open()) {
        MemberAddResponse added =
            store.call(
                ClusterGrpc.getMemberAddMethod(),
                MemberAddRequest.newBuilder()
                    .addAllPeerURLs(peerUrls)
                    .setIsLearner(learner)
                    .build());
        printer.change(new MemberChange(lines(added), added.getHeader(), added));
      }
    }

    private List<String> lines(MemberAddResponse added) {
      String as = added.getMember().getIsLearner() ? "as learner to" : "to";
      String all =
          added.getMembersList().stream()
              .flatMap(member -> {
                String called =
                    member.getID() == added.getMember().getID() ? name : member.getName();
                return member.getPeerURLsList().stream().map(url -> called + "=" + url);
              })
              .collect(Collectors.joining(","));
      return List.of(
          ("Member %16x added " + as + CLUSTER)
              .formatted(added.getMember().getID(), added.getHeader().getClusterId()),
          "",
          "ETCD_NAME=" + GoText.quote(name),
          "ETCD_INITIAL_CLUSTER=" + GoText.quote(all),
          "ETCD_INITIAL_ADVERTISE_PEER_URLS=" + GoText.quote(String.join(",", peerUrls)),
          "ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
    }
  }

  @Command(
      name = "remove",
      description = "Take a member out of the store, for ever.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv member remove 8211f1d0f64f3269")
  static final class Remove extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The member's id, hexadecimal.")
    private String member = "";

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      long id = id(member);
      try (var store = options().connection().open()) {
        var removed =
            store.call(
                ClusterGrpc.getMemberRemoveMethod(),
                MemberRemoveRequest.newBuilder().setID(id).build());
        printer.change(
            new MemberChange(
                List.of(
                    ("Member %16x removed from" + CLUSTER)
                        .formatted(id, removed.getHeader().getClusterId())),
                removed.getHeader(),
                removed));
      }
    }
  }

  @Command(
      name = "update",
      description = "Give a member other addresses.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv member update 8211f1d0f64f3269 --peer-urls=https://10.0.0.5:2380")
  static final class Update extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The member's id, hexadecimal.")
    private String member = "";

    @Option(
        names = "--peer-urls",
        split = ",",
        required = true,
        paramLabel = "URL",
        description = "Where the others will find it.")
    private List<String> peerUrls = List.of();

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      long id = id(member);
      try (var store = options().connection().open()) {
        var updated =
            store.call(
                ClusterGrpc.getMemberUpdateMethod(),
                MemberUpdateRequest.newBuilder().setID(id).addAllPeerURLs(peerUrls).build());
        printer.change(
            new MemberChange(
                List.of(
                    ("Member %16x updated in" + CLUSTER)
                        .formatted(id, updated.getHeader().getClusterId())),
                updated.getHeader(),
                updated));
      }
    }
  }

  @Command(
      name = "promote",
      description = "Give a learner a vote.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv member promote 8211f1d0f64f3269")
  static final class Promote extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The learner's id, hexadecimal.")
    private String member = "";

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      long id = id(member);
      try (var store = options().connection().open()) {
        var promoted =
            store.call(
                ClusterGrpc.getMemberPromoteMethod(),
                MemberPromoteRequest.newBuilder().setID(id).build());
        printer.change(
            new MemberChange(
                List.of(
                    ("Member %16x promoted in" + CLUSTER)
                        .formatted(id, promoted.getHeader().getClusterId())),
                promoted.getHeader(),
                promoted));
      }
    }
  }
}
