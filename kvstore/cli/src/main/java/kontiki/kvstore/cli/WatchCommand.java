package kontiki.kvstore.cli;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    description = "Show what happens to a key, or a range of keys, until Ctrl-C.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv watch greeting",
      "  kontiki kv watch --prefix /registry/pods --rev 100",
    })
final class WatchCommand extends StoreCommand {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);
  private static final long MILLIS_BETWEEN_CONNECTIONS = 200;

  @Parameters(arity = "0..*", paramLabel = "KEY [END]", description = "A key, and a range's end.")
  private List<String> arguments = List.of();

  @Option(names = "--prefix", description = "Every key that begins with KEY.")
  private boolean prefix;

  @Option(names = "--prev-kv", description = "Show what the key held before.")
  private boolean previous;

  @Option(names = "--rev", paramLabel = "REVISION", description = "From this revision on.")
  private long revision;

  @Option(names = "--progress-notify", description = "Show how far a quiet watch has come.")
  private boolean progress;

  /** The revision from which a new connection goes on; 0: from now on. */
  private long next;

  @Override
  void ask() throws InterruptedException {
    if (arguments.isEmpty()) {
      throw KvFailure.badArguments("watch needs a key, or a prefix with --prefix");
    }
    var printer = printer(Format.Answer.MESSAGE);
    var range = GetCommand.Ranges.of("watch", arguments, prefix, false);
    var request =
        WatchCreateRequest.newBuilder()
            .setKey(range.key())
            .setRangeEnd(range.end())
            .setPrevKv(previous)
            .setProgressNotify(progress)
            .build();
    next = revision;
    var connection = options().connection();
    var channel = connection.channel();
    try {
      var metadata = new Metadata();
      metadata.put(HAS_LEADER, "true");
      var stub =
          WatchGrpc.newBlockingV2Stub(connection.calls(channel))
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
      while (true) {
        follow(stub.watch(), request, printer);
        TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_CONNECTIONS);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** Returns where the connection was lost and another may go on. */
  private void follow(
      BlockingClientCall<WatchRequest, WatchResponse> stream,
      WatchCreateRequest request,
      Printer printer)
      throws InterruptedException {
    try {
      var create = request.toBuilder().setStartRevision(next).build();
      stream.write(WatchRequest.newBuilder().setCreateRequest(create).build());
      for (var response = stream.read(); response != null; response = stream.read()) {
        show(response, printer);
        out().flush();
      }
    } catch (StatusException e) {
      if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
        throw new KvFailure(KvFailure.Exit.ERROR, KvFailure.text(e.getStatus()), e);
      }
    } finally {
      stream.cancel("watch left", null);
    }
  }

  private void show(WatchResponse response, Printer printer) {
    if (response.getCanceled()) {
      String reason =
          response.getCompactRevision() > 0
              ? "etcdserver: mvcc: required revision has been compacted"
              : response.getCancelReason();
      printer.watch(response);
      System.err.println("watch was canceled (" + reason + ")");
      throw new KvFailure(KvFailure.Exit.INTERRUPTED, "watch is canceled by the server");
    }
    long reached = response.getHeader().getRevision();
    if (response.getCreated()) {
      next = next == 0 ? reached + 1 : next;
      return;
    }
    if (response.getEventsCount() == 0) {
      out().line("progress notify: " + reached);
    }
    printer.watch(response);
    next = Math.max(next, reached + 1);
  }
}
