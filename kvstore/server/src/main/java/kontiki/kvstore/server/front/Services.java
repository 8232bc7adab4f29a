package kontiki.kvstore.server.front;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.stream.Stream;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.concurrency.Concurrency;

/** All gRPC services of a member, those that it must refuse included. */
public final class Services {
  private Services() {}

  /**
   * @param rpcs count every call
   * @param log hears of every request
   * @param gate finds out who makes it, while users count
   * @param learners refuses what a learner does not answer
   */
  public static List<ServerServiceDefinition> of(
      RpcCounters rpcs,
      RequestLog log,
      AuthGate gate,
      LearnerGuard learners,
      KvService kv,
      WatchService watch,
      LeaseService lease,
      ClusterService cluster,
      MaintenanceService maintenance,
      AuthService auth,
      Concurrency concurrency,
      HealthService health) {
    Stream<ServerServiceDefinition> plain =
        Stream.<BindableService>of(
                kv,
                lease,
                cluster,
                maintenance,
                auth,
                health,
                concurrency.lock(),
                concurrency.election())
            .map(BindableService::bindService);
    return Stream.concat(
            plain, Stream.of(ServerInterceptors.intercept(watch, WatchService.leaderInterceptor())))
        .map(service -> ServerInterceptors.intercept(service, learners, gate, log, rpcs))
        .toList();
  }
}
