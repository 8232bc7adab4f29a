package kontiki.kvstore.cli;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;

/** A command that waits for something, holds it, and gives it back when a signal comes. */
abstract class HoldingCommand extends StoreCommand {
  private static final long RETRY_MILLIS = 200;

  /** Does the work; what it throws after a signal is printed here. */
  abstract void hold(Channel channel, Signal signal, Printer printer) throws Exception;

  @Override
  final void ask() throws Exception {
    var printer = printer(Format.Answer.MESSAGE);
    var connection = options().connection();
    var channel = connection.channel();
    try (var signal = Signal.install()) {
      try {
        hold(connection.calls(channel), signal, printer);
        signal.exitCode(0);
      } catch (RuntimeException e) {
        var failure = e instanceof StatusRuntimeException said ? KvFailure.of(said) : e;
        if (failure instanceof picocli.CommandLine.IExitCodeGenerator own) {
          signal.exitCode(own.getExitCode());
        }
        if (signal.hasArrived()) {
          System.err.println("error: " + failure.getMessage());
        }
        throw failure;
      } finally {
        out().flush();
        channel.shutdownNow();
      }
    }
  }

  final long timeoutSeconds() {
    return Math.max(1, options().connection().command().toSeconds());
  }

  /** Shows the key that is held. */
  final void show(Channel channel, ByteString key, String lost, Printer printer) {
    RangeResponse held =
        KVGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutSeconds(), TimeUnit.SECONDS)
            .range(RangeRequest.newBuilder().setKey(key).build());
    if (held.getKvsCount() == 0) {
      throw new KvFailure(KvFailure.Exit.ERROR, lost);
    }
    printer.get(held);
    out().flush();
  }

  /** Waits for a call; asks another member where one goes; takes it back when a signal comes. */
  static <T> T await(Supplier<ListenableFuture<T>> ask, Session session, Signal signal)
      throws InterruptedException {
    while (true) {
      var call = ask.get();
      var answer = completable(call);
      try {
        var unused = CompletableFuture.anyOf(answer, signal.arrived(), session.lost()).join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof StatusRuntimeException refused)) {
          throw e;
        }
        if (refused.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw refused;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        continue;
      }
      if (answer.isDone() && !signal.hasArrived()) {
        return answer.join();
      }
      call.cancel(true);
      throw new KvFailure(
          KvFailure.Exit.ERROR, signal.hasArrived() ? "context canceled" : "session expired");
    }
  }

  /** Until a signal comes; throws where the lease has ended first. */
  static void holdOn(Session session, Signal signal, String lost) {
    var unused = CompletableFuture.anyOf(signal.arrived(), session.lost()).join();
    if (!signal.hasArrived()) {
      throw new KvFailure(KvFailure.Exit.ERROR, lost);
    }
  }

  private static <T> CompletableFuture<T> completable(ListenableFuture<T> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    call.addListener(
        () -> {
          try {
            future.complete(Futures.getDone(call));
          } catch (ExecutionException e) {
            future.completeExceptionally(e.getCause() == null ? e : e.getCause());
          } catch (CancellationException e) {
            future.completeExceptionally(e);
          }
        },
        Runnable::run);
    return future;
  }
}
