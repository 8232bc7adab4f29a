package kontiki.kvstore.server.front;

import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;
import kontiki.kvstore.api.pb.HealthCheckRequest;
import kontiki.kvstore.api.pb.HealthCheckResponse;
import kontiki.kvstore.api.pb.HealthCheckResponse.ServingStatus;
import kontiki.kvstore.api.pb.HealthGrpc;

/** gRPC's own health question: this member serves while it knows a leader. */
public final class HealthService extends HealthGrpc.HealthImplBase {
  private final BooleanSupplier serving;

  public HealthService(BooleanSupplier serving) {
    this.serving = serving;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    ServingStatus status =
        serving.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    client.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    client.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    Unimplemented.refuse("grpc.health.v1.Health/Watch", client);
  }
}
