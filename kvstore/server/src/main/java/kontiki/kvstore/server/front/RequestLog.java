package kontiki.kvstore.server.front;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import kontiki.kvstore.api.RequestId;
import kontiki.kvstore.api.pb.ElectionGrpc;
import kontiki.kvstore.api.pb.LockGrpc;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a request with a single answer, with the id that its caller gave it ({@link RequestId}):
 * at level debug, and at level warn where it took longer than the limit, as etcd does. Streams are
 * not logged: they last as long as their client pleases. What is logged is put into words only when
 * it is logged. Thread-safe; lines are written by the thread that answers.
 */
public final class RequestLog implements ServerInterceptor {
  /** Requests become slow together: more lines a second than this are counted, not written. */
  static final int SLOW_LINES_PER_SECOND = 10;

  private static final Logger LOG = LoggerFactory.getLogger("kontiki.kvstore.access");

  private final long slowNanos;
  private final LongSupplier nanoTime;
  private final LineBudget slowLines = new LineBudget(SLOW_LINES_PER_SECOND);

  /**
   * @param slow a request that takes longer is warned of
   * @param nanoTime as {@link System#nanoTime}
   */
  public RequestLog(Duration slow, LongSupplier nanoTime) {
    this.slowNanos = slow.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    Logged<Q, A> logged = new Logged<>(call, headers.get(RequestId.KEY));
    return logged.listen(next.startCall(logged, headers));
  }

  private final class Logged<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final long started = nanoTime.getAsLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final @Nullable String id;
    private volatile @Nullable Q request;
    private volatile @Nullable A answer;

    Logged(ServerCall<Q, A> call, @Nullable String id) {
      super(call);
      this.id = id;
    }

    ServerCall.Listener<Q> listen(ServerCall.Listener<Q> listener) {
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onMessage(Q message) {
          request = message;
          super.onMessage(message);
        }

        /** The client waits no longer; whether the service still answers is not certain. */
        @Override
        public void onCancel() {
          end(Status.Code.CANCELLED);
          super.onCancel();
        }
      };
    }

    @Override
    public void sendMessage(A message) {
      answer = message;
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end(status.getCode());
      super.close(status, trailers);
    }

    private void end(Status.Code code) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      long now = nanoTime.getAsLong();
      long nanos = now - started;
      if (nanos > slowNanos && !waits()) {
        int leftOut = slowLines.take(now);
        if (leftOut >= 0) {
          LOG.warn(
              "request took too long {} limit_ms={} left_out={}",
              line(code, nanos),
              TimeUnit.NANOSECONDS.toMillis(slowNanos),
              leftOut);
        }
      } else if (LOG.isDebugEnabled()) {
        LOG.debug(line(code, nanos));
      }
    }

    /** Waiting is what these are for. */
    private boolean waits() {
      String service = getMethodDescriptor().getServiceName();
      return LockGrpc.SERVICE_NAME.equals(service) || ElectionGrpc.SERVICE_NAME.equals(service);
    }

    private String line(Status.Code code, long nanos) {
      return RequestLine.of(
          id, getMethodDescriptor().getFullMethodName(), request, answer, code, nanos);
    }
  }
}
