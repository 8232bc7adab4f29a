package kontiki.pki.transport;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Brings the caller's identity from the connection into the call's context. Stateless. */
final class PeerInterceptor implements ServerInterceptor {
  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    GrpcPeer peer = call.getAttributes().get(GrpcPeer.ATTRIBUTE);
    return peer == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(
            Context.current().withValue(GrpcPeer.CONTEXT, peer), call, headers, next);
  }
}
