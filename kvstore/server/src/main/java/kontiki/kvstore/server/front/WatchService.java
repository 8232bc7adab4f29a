package kontiki.kvstore.server.front;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.server.watch.WatchHub;
import kontiki.kvstore.server.watch.WatchSink;
import kontiki.kvstore.server.watch.WatchStream;

/** Watch streams: hands requests to the {@link WatchHub} and never blocks. */
public final class WatchService extends WatchGrpc.WatchImplBase {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Boolean> WANTS_LEADER = Context.key("wants-leader");

  private final WatchHub hub;
  private final LeaderWatch leaders;

  public WatchService(WatchHub hub, LeaderWatch leaders) {
    this.hub = hub;
    this.leaders = leaders;
  }

  /** Reads the metadata by which a client says that it wants no stream without a leader. */
  public static ServerInterceptor leaderInterceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        boolean wanted = "true".equals(headers.get(HAS_LEADER));
        return Contexts.interceptCall(
            Context.current().withValue(WANTS_LEADER, wanted), call, headers, next);
      }
    };
  }

  @Override
  public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> client) {
    var out = (ServerCallStreamObserver<WatchResponse>) client;
    WatchStream stream = hub.open(new Sink(out));
    boolean wantsLeader = Boolean.TRUE.equals(WANTS_LEADER.get());
    if (wantsLeader) {
      leaders.register(stream);
    }
    Runnable gone =
        () -> {
          leaders.unregister(stream);
          hub.close(stream);
        };
    out.setOnReadyHandler(() -> hub.ready(stream));
    out.setOnCancelHandler(gone);
    if (wantsLeader && !leaders.hasLeader()) {
      hub.end(stream, EtcdError.NO_LEADER.status());
    }
    return new Requests(stream, out, gone);
  }

  private final class Requests implements StreamObserver<WatchRequest> {
    private final WatchStream stream;
    private final StreamObserver<WatchResponse> out;
    private final Runnable gone;

    Requests(WatchStream stream, StreamObserver<WatchResponse> out, Runnable gone) {
      this.stream = stream;
      this.out = out;
      this.gone = gone;
    }

    @Override
    public void onNext(WatchRequest request) {
      switch (request.getRequestUnionCase()) {
        case CREATE_REQUEST -> hub.create(stream, request.getCreateRequest());
        case CANCEL_REQUEST -> hub.cancel(stream, request.getCancelRequest().getWatchId());
        case PROGRESS_REQUEST -> hub.progress(stream);
        // Of a later version: ignored, as etcd does.
        case REQUESTUNION_NOT_SET -> {}
      }
    }

    @Override
    public void onError(Throwable broken) {
      gone.run();
    }

    @Override
    public void onCompleted() {
      gone.run();
      out.onCompleted();
    }
  }

  private record Sink(ServerCallStreamObserver<WatchResponse> out) implements WatchSink {
    @Override
    public boolean ready() {
      return out.isReady();
    }

    @Override
    public void send(WatchResponse response) {
      if (!out.isCancelled()) {
        out.onNext(response);
      }
    }

    @Override
    public void end(Status status) {
      if (out.isCancelled()) {
        return;
      }
      if (status.isOk()) {
        out.onCompleted();
      } else {
        out.onError(status.asRuntimeException());
      }
    }
  }
}
