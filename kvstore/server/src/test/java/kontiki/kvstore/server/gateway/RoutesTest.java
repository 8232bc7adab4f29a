package kontiki.kvstore.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.ElectionGrpc;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LockGrpc;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.WatchGrpc;
import org.junit.jupiter.api.Test;

class RoutesTest {
  @Test
  void everyRpcButRangeStreamHasAPath() {
    List<ServerServiceDefinition> services =
        Stream.<BindableService>of(
                new KVGrpc.KVImplBase() {},
                new WatchGrpc.WatchImplBase() {},
                new LeaseGrpc.LeaseImplBase() {},
                new ClusterGrpc.ClusterImplBase() {},
                new MaintenanceGrpc.MaintenanceImplBase() {},
                new AuthGrpc.AuthImplBase() {},
                new LockGrpc.LockImplBase() {},
                new ElectionGrpc.ElectionImplBase() {})
            .map(BindableService::bindService)
            .toList();
    Set<String> rpcs =
        services.stream()
            .flatMap(service -> service.getServiceDescriptor().getMethods().stream())
            .map(method -> method.getFullMethodName())
            .collect(Collectors.toCollection(TreeSet::new));
    rpcs.remove("etcdserverpb.KV/RangeStream");
    Routes routes = new Routes(services);
    assertThat(routes.rpcs()).isEqualTo(rpcs);
    assertThat(routes.find("/v3/kv/lease/revoke")).isNotNull();
    assertThat(routes.find("/v3/kv/rangestream")).isNull();
  }
}
