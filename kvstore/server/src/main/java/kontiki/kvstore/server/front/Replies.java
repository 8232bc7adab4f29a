package kontiki.kvstore.server.front;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.AnswerTooLargeException;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the outcome of a request to its client. */
final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private Replies() {}

  /**
   * Answers when the future completes, on the thread that completes it.
   *
   * @param <T> the type of response that the state machine gives to this kind of command
   */
  static <T extends MessageLite> void whenDone(
      CompletableFuture<Outcome> outcome, Class<T> type, StreamObserver<T> client) {
    var unused =
        outcome.whenComplete((done, failure) -> {
          if (failure != null) {
            fail(failure, client);
            return;
          }
          switch (done) {
            case Outcome.Done answered -> send(type.cast(answered.response()), client);
            case Outcome.Refused refused -> client.onError(refused.error().asException());
            // It took effect, and its answer was lost with the state it was made on.
            case Outcome.Unanswered _ -> client.onError(EtcdError.LEADER_CHANGED.asException());
          }
        });
  }

  @FunctionalInterface
  interface Answer<T> {
    T get();
  }

  /** Runs {@code answer} now, on this thread, and sends what it gives or why it cannot. */
  static <T> void now(Answer<T> answer, StreamObserver<T> client) {
    T response;
    try {
      response = answer.get();
    } catch (RuntimeException e) {
      fail(e, client);
      return;
    }
    send(response, client);
  }

  /** Waits for a barrier; throws {@link RefusedException} where there is none. Blocks. */
  static void await(CompletableFuture<Outcome> barrier) {
    if (barrier.join() instanceof Outcome.Refused refused) {
      throw new RefusedException(refused.error());
    }
  }

  static void fail(Throwable failure, StreamObserver<?> client) {
    if (failure instanceof RefusedException refused) {
      client.onError(refused.error().asException());
    } else if (failure instanceof StatusRuntimeException) {
      client.onError(failure);
    } else if (failure instanceof AnswerTooLargeException) {
      client.onError(
          Status.RESOURCE_EXHAUSTED.withDescription(failure.getMessage()).asRuntimeException());
    } else {
      LOG.error("request failed", failure);
      client.onError(
          Status.INTERNAL
              .withDescription("etcdserver: internal error: " + failure)
              .asRuntimeException());
    }
  }

  private static <T> void send(T response, StreamObserver<T> client) {
    client.onNext(response);
    client.onCompleted();
  }
}
