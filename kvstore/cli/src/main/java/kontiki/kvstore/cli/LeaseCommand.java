package kontiki.kvstore.cli;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseKeepAliveRequest;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseLeasesRequest;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;
import kontiki.kvstore.api.pb.LeaseTimeToLiveRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lease",
    description = "Make, keep and end leases: keys that live for a time.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LeaseCommand.Grant.class,
      LeaseCommand.Revoke.class,
      LeaseCommand.TimeToLive.class,
      LeaseCommand.ListLeases.class,
      LeaseCommand.KeepAlive.class,
    })
final class LeaseCommand extends GroupCommand {

  /** A lease's id, as it is printed: hexadecimal. */
  static long id(String text, String problem) {
    try {
      return Long.parseLong(text, 16);
    } catch (NumberFormatException e) {
      throw KvFailure.badArguments(
          problem + " (" + GoText.quote(text) + " is no number), expecting ID in Hex");
    }
  }

  @Command(
      name = "grant",
      description = "Make a lease.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv lease grant 60")
  static final class Grant extends StoreCommand {
    @Parameters(paramLabel = "SECONDS", description = "How long it lives unless it is kept alive.")
    private long seconds;

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      try (var store = options().connection().open()) {
        var request = LeaseGrantRequest.newBuilder().setTTL(seconds).build();
        printer.grant(store.call(LeaseGrpc.getLeaseGrantMethod(), request));
      }
    }
  }

  @Command(
      name = "revoke",
      description = "End a lease, and delete its keys.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv lease revoke 32695410dcc0ca06")
  static final class Revoke extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The lease's id, hexadecimal.")
    private String lease = "";

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      long id = id(lease, "bad lease ID arg");
      try (var store = options().connection().open()) {
        var request = LeaseRevokeRequest.newBuilder().setID(id).build();
        printer.revoke(id, store.call(LeaseGrpc.getLeaseRevokeMethod(), request));
      } catch (io.grpc.StatusRuntimeException e) {
        throw new KvFailure(
            KvFailure.Exit.ERROR,
            "failed to revoke lease (" + KvFailure.text(e.getStatus()) + ")",
            e);
      }
    }
  }

  @Command(
      name = "timetolive",
      description = "Show how long a lease will live.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv lease timetolive 32695410dcc0ca06 --keys")
  static final class TimeToLive extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The lease's id, hexadecimal.")
    private String lease = "";

    @Option(names = "--keys", description = "Show its keys too.")
    private boolean keys;

    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      long id = id(lease, "bad lease ID arg");
      try (var store = options().connection().open()) {
        var request = LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(keys).build();
        printer.timeToLive(store.call(LeaseGrpc.getLeaseTimeToLiveMethod(), request), keys);
      }
    }
  }

  @Command(
      name = "list",
      description = "Show every lease.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv lease list")
  static final class ListLeases extends StoreCommand {
    @Override
    void ask() {
      var printer = printer(Format.Answer.MESSAGE);
      try (var store = options().connection().open()) {
        printer.leases(
            store.call(LeaseGrpc.getLeaseLeasesMethod(), LeaseLeasesRequest.getDefaultInstance()));
      }
    }
  }

  @Command(
      name = "keep-alive",
      description = "Keep a lease alive until it ends, or Ctrl-C.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv lease keep-alive 32695410dcc0ca06")
  static final class KeepAlive extends StoreCommand {
    @Parameters(paramLabel = "ID", description = "The lease's id, hexadecimal.")
    private String lease = "";

    @Option(names = "--once", description = "Only once.")
    private boolean once;

    @Override
    void ask() throws InterruptedException, StatusException {
      var printer = printer(Format.Answer.MESSAGE);
      long id = id(lease, "bad lease ID arg");
      var connection = options().connection();
      var channel = connection.channel();
      try {
        var stream = LeaseGrpc.newBlockingV2Stub(connection.calls(channel)).leaseKeepAlive();
        keep(stream, id, printer, connection.command().toNanos());
      } finally {
        channel.shutdownNow();
      }
    }

    private void keep(
        BlockingClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream,
        long id,
        Printer printer,
        long timeoutNanos)
        throws InterruptedException, StatusException {
      while (true) {
        stream.write(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        var answer = answer(stream, timeoutNanos);
        if (answer.getTTL() <= 0) {
          ended(id);
          return;
        }
        printer.keepAlive(answer);
        out().flush();
        if (once) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(answer.getTTL() * 1000 / 3);
      }
    }

    private static LeaseKeepAliveResponse answer(
        BlockingClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream, long timeoutNanos)
        throws InterruptedException, StatusException {
      try {
        var answer = stream.read(timeoutNanos, TimeUnit.NANOSECONDS);
        if (answer != null) {
          return answer;
        }
      } catch (java.util.concurrent.TimeoutException e) {
        throw new KvFailure(KvFailure.Exit.BAD_CONNECTION, "context deadline exceeded", e);
      }
      throw new KvFailure(KvFailure.Exit.BAD_CONNECTION, "the store closed the stream");
    }

    private void ended(long id) {
      if (once) {
        throw new KvFailure(KvFailure.Exit.BAD_CONNECTION, "etcdserver: requested lease not found");
      }
      out().line("lease %016x expired or revoked.".formatted(id));
    }
  }
}
