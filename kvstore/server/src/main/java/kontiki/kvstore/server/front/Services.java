package kontiki.kvstore.server.front;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.stream.Stream;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.server.concurrency.Concurrency;

/** All gRPC services of a member, those that it must refuse included. */
public final class Services {
  private Services() {}

  /**
   * @param log hears of every request
   */
  public static List<ServerServiceDefinition> of(
      RequestLog log,
      KvService kv,
      WatchService watch,
      LeaseService lease,
      ClusterService cluster,
      MaintenanceService maintenance,
      Concurrency concurrency,
      HealthService health) {
    Stream<ServerServiceDefinition> plain =
        Stream.<BindableService>of(
                kv,
                lease,
                cluster,
                maintenance,
                health,
                Unimplemented.service(AuthGrpc.getServiceDescriptor()),
                concurrency.lock(),
                concurrency.election())
            .map(BindableService::bindService);
    return Stream.concat(
            plain, Stream.of(ServerInterceptors.intercept(watch, WatchService.leaderInterceptor())))
        .map(service -> ServerInterceptors.intercept(service, log))
        .toList();
  }
}
