package kontiki.kvstore.server.front;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.HealthCheckRequest;
import kontiki.kvstore.api.pb.HealthCheckResponse;
import kontiki.kvstore.api.pb.HealthCheckResponse.ServingStatus;
import kontiki.kvstore.api.pb.HealthGrpc;

/**
 * gRPC's own health question: this member, the service without a name, serves while it knows a
 * leader. Safe for many threads; {@link #tick} is called regularly.
 */
public final class HealthService extends HealthGrpc.HealthImplBase {
  /** At one member. */
  static final int WATCHERS = 1024;

  private final BooleanSupplier serving;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  public HealthService(BooleanSupplier serving) {
    this.serving = serving;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    if (!request.getService().isEmpty()) {
      client.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
      return;
    }
    client.onNext(response(now()));
    client.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    if (watchers.size() >= WATCHERS) {
      client.onError(EtcdError.REQUEST_TOO_MANY_REQUESTS.asException());
      return;
    }
    var out = (ServerCallStreamObserver<HealthCheckResponse>) client;
    Watcher watcher = new Watcher(out, request.getService().isEmpty());
    out.setOnCancelHandler(() -> watchers.remove(watcher));
    watchers.add(watcher);
    watcher.tell();
  }

  /** Tells the watchers what has changed. */
  public void tick() {
    watchers.forEach(Watcher::tell);
  }

  private ServingStatus now() {
    return serving.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  private final class Watcher {
    private final ServerCallStreamObserver<HealthCheckResponse> client;
    private final boolean known;
    private ServingStatus told = ServingStatus.UNKNOWN;

    Watcher(ServerCallStreamObserver<HealthCheckResponse> client, boolean known) {
      this.client = client;
      this.known = known;
    }

    /** A client that does not read is told when it reads again. */
    synchronized void tell() {
      ServingStatus status = known ? now() : ServingStatus.SERVICE_UNKNOWN;
      boolean first = told == ServingStatus.UNKNOWN;
      if (status != told && !client.isCancelled() && (first || client.isReady())) {
        told = status;
        client.onNext(response(status));
      }
    }
  }
}
