package kontiki.kvstore.server.front;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/** Says which RPC is missing, instead of leaving a client to guess. */
final class Unimplemented {
  private Unimplemented() {}

  static void refuse(String rpc, StreamObserver<?> client) {
    client.onError(
        Status.UNIMPLEMENTED
            .withDescription("this server does not offer " + rpc + " yet")
            .asRuntimeException());
  }

  /** A service that refuses each of its RPCs by name. */
  static BindableService service(ServiceDescriptor descriptor) {
    return () -> {
      ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor);
      for (MethodDescriptor<?, ?> method : descriptor.getMethods()) {
        add(service, method);
      }
      return service.build();
    };
  }

  private static <Q, R> void add(
      ServerServiceDefinition.Builder service, MethodDescriptor<Q, R> method) {
    service.addMethod(
        method,
        ServerCalls.<Q, R>asyncServerStreamingCall(
            (request, client) -> refuse(method.getFullMethodName(), client)));
  }
}
