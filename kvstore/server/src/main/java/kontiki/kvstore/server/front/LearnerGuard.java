package kontiki.kvstore.server.front;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;
import java.util.function.BooleanSupplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.HealthGrpc;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.RangeRequest;

/** A learner answers serializable ranges, and what is asked about itself; it refuses the rest. */
public final class LearnerGuard implements ServerInterceptor {
  private static final Set<String> ALLOWED =
      Set.of(
          MaintenanceGrpc.getStatusMethod().getFullMethodName(),
          MaintenanceGrpc.getSnapshotMethod().getFullMethodName(),
          ClusterGrpc.getMemberListMethod().getFullMethodName(),
          HealthGrpc.getCheckMethod().getFullMethodName());
  private static final String RANGE = KVGrpc.getRangeMethod().getFullMethodName();

  private final BooleanSupplier learner;

  public LearnerGuard(BooleanSupplier learner) {
    this.learner = learner;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!learner.getAsBoolean() || ALLOWED.contains(method)) {
      return next.startCall(call, headers);
    }
    if (!method.equals(RANGE)) {
      call.close(EtcdError.NOT_SUPPORTED_FOR_LEARNER.status(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        refused = !((RangeRequest) message).getSerializable();
        if (refused) {
          call.close(EtcdError.NOT_SUPPORTED_FOR_LEARNER.status(), new Metadata());
        } else {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }
}
