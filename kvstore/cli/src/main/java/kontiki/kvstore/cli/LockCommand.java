package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.LockGrpc;
import kontiki.kvstore.api.pb.LockRequest;
import kontiki.kvstore.api.pb.LockResponse;
import kontiki.kvstore.api.pb.UnlockRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lock",
    description = "Hold a lock until Ctrl-C, or while a command runs.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki kv lock nightly",
      "  kontiki kv lock nightly -- sh -c 'echo $ETCD_LOCK_KEY; make backup'",
    })
final class LockCommand extends HoldingCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "NAME [COMMAND...]",
      description = "The lock, and what to run while it is held.")
  private List<String> arguments = List.of();

  @Option(names = "--ttl", paramLabel = "SECONDS", description = "Of its lease. Default: 10")
  private long ttl = 10;

  /** The command did not end well: its exit code is this one's. */
  private static final class CommandFailure extends RuntimeException implements IExitCodeGenerator {
    private static final long serialVersionUID = 1;

    private final int code;

    CommandFailure(int code) {
      super("exit status " + code);
      this.code = code;
    }

    @Override
    public int getExitCode() {
      return code;
    }
  }

  @Override
  void hold(Channel channel, Signal signal, Printer printer) throws Exception {
    if (arguments.isEmpty()) {
      throw KvFailure.badArguments(
          "lock takes a lock name argument and an optional command to execute");
    }
    try (var session = Session.open(channel, ttl > 0 ? ttl : 10, timeoutSeconds())) {
      var request =
          LockRequest.newBuilder()
              .setName(ByteString.copyFromUtf8(arguments.getFirst()))
              .setLease(session.lease())
              .build();
      LockResponse held =
          await(() -> LockGrpc.newFutureStub(channel).lock(request), session, signal);
      if (arguments.size() > 1) {
        run(held, signal);
      } else {
        show(channel, held.getKey(), "lock lost on init", printer);
        holdOn(session, signal, "session expired");
      }
      var unused =
          LockGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeoutSeconds(), TimeUnit.SECONDS)
              .unlock(UnlockRequest.newBuilder().setKey(held.getKey()).build());
    }
  }

  /** A signal ends the command too: it must not go on without the lock. */
  private void run(LockResponse held, Signal signal) throws InterruptedException {
    var builder =
        new ProcessBuilder(arguments.subList(1, arguments.size()))
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("ETCD_LOCK_KEY", held.getKey().toStringUtf8());
    builder.environment().put("ETCD_LOCK_REV", Long.toString(held.getHeader().getRevision()));
    Process command;
    try {
      command = builder.start();
    } catch (IOException e) {
      throw new KvFailure(KvFailure.Exit.ERROR, String.valueOf(e.getMessage()), e);
    }
    var unused = signal.arrived().thenRun(command::destroy);
    int code = command.waitFor();
    if (code != 0) {
      throw new CommandFailure(code);
    }
  }
}
