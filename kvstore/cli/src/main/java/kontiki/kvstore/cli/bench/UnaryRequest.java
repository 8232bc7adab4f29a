package kontiki.kvstore.cli.bench;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One message out, one back. The answer is told on the connection's event loop: no thread waits and
 * none is woken. A call has no deadline of its own, which would cost a timer each; the round gives
 * up those that hang.
 */
abstract class UnaryRequest<Q, R> implements Request {
  /** Calls back on the event loop. */
  static final CallOptions OPTIONS =
      CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor());

  private final Channel channel;
  private final MethodDescriptor<Q, R> method;
  private volatile @Nullable ClientCall<Q, R> call;

  UnaryRequest(Channel channel, MethodDescriptor<Q, R> method) {
    this.channel = channel;
    this.method = method;
  }

  /** The next message. */
  abstract Q message();

  /** Takes the answer; returns the bytes of keys and values, of the message or of the answer. */
  abstract long take(R response);

  /** A word for what is wrong with the answer; null: nothing. */
  @Nullable String wrong(R response) {
    return null;
  }

  @Override
  public void send(Answer answer) {
    Q message = message();
    var now = channel.newCall(method, OPTIONS);
    call = now;
    now.start(new Listener(answer), new Metadata());
    now.request(2);
    now.sendMessage(message);
    now.halfClose();
  }

  @Override
  public void cancel() {
    var now = call;
    if (now != null) {
      now.cancel("the round is over", null);
    }
  }

  private final class Listener extends ClientCall.Listener<R> {
    private final Answer answer;
    private @Nullable R response;

    Listener(Answer answer) {
      this.answer = answer;
    }

    @Override
    public void onMessage(R message) {
      response = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      R message = response;
      if (!status.isOk()) {
        answer.failed(status.getCode().name());
      } else if (message == null) {
        answer.failed("NO_ANSWER");
      } else {
        String wrong = wrong(message);
        if (wrong == null) {
          answer.done(take(message));
        } else {
          answer.failed(wrong);
        }
      }
    }
  }
}
