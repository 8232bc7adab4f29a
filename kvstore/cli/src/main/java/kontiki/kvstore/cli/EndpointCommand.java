package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import kontiki.kvstore.api.pb.HashKVRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.StatusRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
    name = "endpoint",
    description = "Ask each member how it is.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      EndpointCommand.HealthCheck.class,
      EndpointCommand.ShowStatus.class,
      EndpointCommand.ShowHash.class,
    })
final class EndpointCommand extends GroupCommand {

  @Option(
      names = "--cluster",
      scope = ScopeType.INHERIT,
      description = "Ask every member, not only those of --endpoints.")
  private boolean cluster;

  /** A command that asks each endpoint by itself. */
  abstract static class EachEndpoint extends StoreCommand {
    @picocli.CommandLine.ParentCommand private EndpointCommand group = new EndpointCommand();

    final void each(BiConsumer<String, Store> question) {
      var connection = options().connection();
      for (String endpoint : endpoints(connection)) {
        try (var store = connection.to(List.of(endpoint)).open()) {
          question.accept(endpoint, store);
        }
      }
    }

    private List<String> endpoints(Connection connection) {
      if (!group.cluster) {
        return options().endpoints();
      }
      try (var store = connection.open()) {
        return MemberCommand.list(store).getMembersList().stream()
            .flatMap(member -> member.getClientURLsList().stream())
            .toList();
      }
    }
  }

  @Command(
      name = "health",
      description = "Check that each member can read what the majority has agreed on.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv endpoint health --cluster")
  static final class HealthCheck extends EachEndpoint {
    @Override
    void ask() {
      var printer = printer(Format.Answer.ROWS);
      var all = new ArrayList<Printer.Health>();
      each((endpoint, store) -> all.add(health(endpoint, store)));
      printer.health(all);
      if (!all.stream().allMatch(Printer.Health::healthy)) {
        throw new KvFailure(KvFailure.Exit.ERROR, "unhealthy cluster");
      }
    }

    private static Printer.Health health(String endpoint, Store store) {
      long start = System.nanoTime();
      String error = "";
      try {
        var request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("health")).build();
        store.call(KVGrpc.getRangeMethod(), request);
      } catch (StatusRuntimeException e) {
        // Who may not read the key got an answer of the majority all the same.
        boolean answered = e.getStatus().getCode() == Status.Code.PERMISSION_DENIED;
        error = answered ? "" : KvFailure.text(e.getStatus());
      }
      var took = Duration.ofNanos(System.nanoTime() - start);
      return new Printer.Health(endpoint, error.isEmpty(), took, error);
    }
  }

  @Command(
      name = "status",
      description = "Show each member's id, version, size, leader, term and index.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv endpoint status --cluster -w table")
  static final class ShowStatus extends EachEndpoint {
    @Override
    void ask() {
      var printer = printer(Format.Answer.ROWS);
      var all = new ArrayList<Printer.EndpointStatus>();
      var failed = new ArrayList<String>();
      each((endpoint, store) -> {
        try {
          var status =
              store.call(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance());
          all.add(new Printer.EndpointStatus(endpoint, status));
        } catch (StatusRuntimeException e) {
          failed.add(endpoint + " (" + KvFailure.text(e.getStatus()) + ")");
        }
      });
      printer.status(all);
      if (!failed.isEmpty()) {
        throw new KvFailure(
            KvFailure.Exit.ERROR,
            "failed to get the status of endpoint " + String.join(", ", failed));
      }
    }
  }

  @Command(
      name = "hashkv",
      description = "Show each member's hash of the history, to compare them.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv endpoint hashkv --cluster")
  static final class ShowHash extends EachEndpoint {
    @Option(names = "--rev", paramLabel = "REVISION", description = "Up to this revision.")
    private long revision;

    @Override
    void ask() {
      var printer = printer(Format.Answer.ROWS);
      var all = new ArrayList<Printer.EndpointHash>();
      var request = HashKVRequest.newBuilder().setRevision(revision).build();
      each((endpoint, store) ->
          all.add(
              new Printer.EndpointHash(
                  endpoint, store.call(MaintenanceGrpc.getHashKVMethod(), request))));
      printer.hash(all);
    }
  }
}
