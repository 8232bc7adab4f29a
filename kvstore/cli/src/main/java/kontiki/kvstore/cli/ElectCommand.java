package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.CampaignRequest;
import kontiki.kvstore.api.pb.CampaignResponse;
import kontiki.kvstore.api.pb.ElectionGrpc;
import kontiki.kvstore.api.pb.LeaderRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.ResignRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "elect",
    description = "Stand in an election until Ctrl-C, or show who is elected.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv elect scheduler host-1",
      "  kontiki kv elect -l scheduler",
    })
final class ElectCommand extends HoldingCommand {
  /** etcdctl's. */
  private static final long TTL_SECONDS = 60;

  private static final long RETRY_MILLIS = 200;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME [VALUE]",
      description = "The election, and what to proclaim.")
  private List<String> arguments = List.of();

  @Option(
      names = {"-l", "--listen"},
      description = "Only show who is elected, now and later.")
  private boolean listen;

  @Override
  void hold(Channel channel, Signal signal, Printer printer) throws Exception {
    if (arguments.isEmpty() || arguments.size() > 2) {
      throw KvFailure.badArguments(
          "elect takes one election name argument and an optional proposal argument");
    }
    var name = ByteString.copyFromUtf8(arguments.getFirst());
    if (arguments.size() == 1) {
      if (!listen) {
        throw KvFailure.badArguments("no proposal argument but -l not set");
      }
      observe(channel, name, signal, printer);
    } else if (listen) {
      throw KvFailure.badArguments("proposal given but -l is set");
    } else {
      campaign(channel, name, signal, printer);
    }
  }

  private void campaign(Channel channel, ByteString name, Signal signal, Printer printer)
      throws InterruptedException {
    try (var session = Session.open(channel, TTL_SECONDS, timeoutSeconds())) {
      var request =
          CampaignRequest.newBuilder()
              .setName(name)
              .setLease(session.lease())
              .setValue(ByteString.copyFromUtf8(arguments.getLast()))
              .build();
      CampaignResponse elected =
          await(() -> ElectionGrpc.newFutureStub(channel).campaign(request), session, signal);
      show(channel, elected.getLeader().getKey(), "elect: session expired", printer);
      holdOn(session, signal, "elect: session expired");
      var unused =
          ElectionGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeoutSeconds(), TimeUnit.SECONDS)
              .resign(ResignRequest.newBuilder().setLeader(elected.getLeader()).build());
    }
  }

  /** Goes on with another member where one goes. */
  private void observe(Channel channel, ByteString name, Signal signal, Printer printer)
      throws InterruptedException {
    var request = LeaderRequest.newBuilder().setName(name).build();
    while (!signal.hasArrived()) {
      var stream = ElectionGrpc.newBlockingV2Stub(channel).observe(request);
      var unused = signal.arrived().thenRun(() -> stream.cancel("signal", null));
      try {
        for (var leader = stream.read(); leader != null; leader = stream.read()) {
          printer.get(
              RangeResponse.newBuilder()
                  .setHeader(leader.getHeader())
                  .addKvs(leader.getKv())
                  .build());
          out().flush();
        }
      } catch (StatusException e) {
        if (!signal.hasArrived() && e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw new KvFailure(KvFailure.Exit.ERROR, KvFailure.text(e.getStatus()), e);
        }
      } finally {
        stream.cancel("observed enough", null);
      }
      if (!signal.hasArrived()) {
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }
}
