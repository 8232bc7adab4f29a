package kontiki.kvstore.server.concurrency;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs calls that may wait long, each on a virtual thread; more than a bound are refused. */
final class WaitingCalls {
  /** Locks, campaigns and observations of one member together. */
  static final int LIMIT = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(WaitingCalls.class);

  private final Semaphore permits;

  WaitingCalls(int limit) {
    this.permits = new Semaphore(limit);
  }

  /** Runs {@code body} in the caller's context; what it throws is told to the client. */
  <T> void start(StreamObserver<T> client, Consumer<WaitingCall> body) {
    if (!permits.tryAcquire()) {
      client.onError(EtcdError.REQUEST_TOO_MANY_REQUESTS.asException());
      return;
    }
    WaitingCall call = new WaitingCall((ServerCallStreamObserver<T>) client);
    Runnable run =
        () -> {
          try {
            body.accept(call);
          } catch (RuntimeException e) {
            fail(e, client);
          } finally {
            permits.release();
          }
        };
    var unused = Thread.ofVirtual().name("waiting-call").start(Context.current().wrap(run));
  }

  /** Answers at once, on this thread: never refused, because it lets the waiting go on. */
  static <T> void now(StreamObserver<T> client, Supplier<T> answer) {
    try {
      client.onNext(answer.get());
      client.onCompleted();
    } catch (RuntimeException e) {
      fail(e, client);
    }
  }

  /** An error of a recipe, as etcd sends it. */
  static StatusRuntimeException refusal(String text) {
    return Status.UNKNOWN.withDescription(text).asRuntimeException();
  }

  /**
   * Tells the client what went wrong. etcd's recipes lose the code of what the store said to them,
   * so clients know the text with code Unknown; what may be tried again elsewhere keeps its code.
   */
  private static void fail(RuntimeException failure, StreamObserver<?> client) {
    if (!(failure instanceof StatusRuntimeException said)) {
      LOG.error("call failed", failure);
      client.onError(
          Status.INTERNAL
              .withDescription("etcdserver: internal error: " + failure)
              .asRuntimeException());
      return;
    }
    Status status = said.getStatus();
    client.onError(
        switch (status.getCode()) {
          case UNAVAILABLE, CANCELLED, RESOURCE_EXHAUSTED, INTERNAL -> said;
          default -> refusal(String.valueOf(status.getDescription()));
        });
  }
}
