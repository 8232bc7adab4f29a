package kontiki.kvstore.server.front;

import com.google.protobuf.ByteString;
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
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.watch.WatchHub;
import kontiki.kvstore.server.watch.WatchSink;
import kontiki.kvstore.server.watch.WatchStream;

/**
 * Watch streams: asks whether the client may see what it wants, and hands requests to the {@link
 * WatchHub}.
 */
public final class WatchService extends WatchGrpc.WatchImplBase {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Boolean> WANTS_LEADER = Context.key("wants-leader");

  private final WatchHub hub;
  private final LeaderWatch leaders;
  private final RaftNode node;
  private final AuthGate gate;

  public WatchService(WatchHub hub, LeaderWatch leaders, RaftNode node, AuthGate gate) {
    this.hub = hub;
    this.leaders = leaders;
    this.node = node;
    this.gate = gate;
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
        case CREATE_REQUEST -> create(request.getCreateRequest());
        case CANCEL_REQUEST -> hub.cancel(stream, request.getCancelRequest().getWatchId());
        case PROGRESS_REQUEST -> hub.progress(stream);
        // Of a later version: ignored, as etcd does.
        case REQUESTUNION_NOT_SET -> {}
      }
    }

    private void create(WatchCreateRequest request) {
      ByteString key = request.getKey().isEmpty() ? KeyRange.ZERO : request.getKey();
      // A start that never was is refused before the caller is, as in etcd.
      if (request.getStartRevision() >= 0) {
        try (StoreView view = node.store().view()) {
          gate.access(view).read(key, request.getRangeEnd());
        } catch (RefusedException e) {
          hub.refuse(stream, goText(e.error().status()));
          return;
        }
      }
      hub.create(stream, request);
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

  /** As Go's gRPC prints an error, which is what clients compare the reason with. */
  private static String goText(Status status) {
    String code =
        switch (status.getCode()) {
          case PERMISSION_DENIED -> "PermissionDenied";
          case UNAUTHENTICATED -> "Unauthenticated";
          default -> "InvalidArgument";
        };
    return "rpc error: code = " + code + " desc = " + status.getDescription();
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
