package kontiki.kvstore.server.gateway;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which path is which RPC, as etcd's {@code rpc.proto} says in its http options. Immutable. */
final class Routes {
  private static final String KV = "etcdserverpb.KV/";
  private static final String LEASE = "etcdserverpb.Lease/";
  private static final String CLUSTER = "etcdserverpb.Cluster/";
  private static final String MAINTENANCE = "etcdserverpb.Maintenance/";
  private static final String AUTH = "etcdserverpb.Auth/";
  private static final String LOCK = "v3lockpb.Lock/";
  private static final String ELECTION = "v3electionpb.Election/";

  private static final Map<String, String> RPCS =
      Map.ofEntries(
          Map.entry("/v3/kv/range", KV + "Range"),
          Map.entry("/v3/kv/put", KV + "Put"),
          Map.entry("/v3/kv/deleterange", KV + "DeleteRange"),
          Map.entry("/v3/kv/txn", KV + "Txn"),
          Map.entry("/v3/kv/compaction", KV + "Compact"),
          Map.entry("/v3/watch", "etcdserverpb.Watch/Watch"),
          Map.entry("/v3/lease/grant", LEASE + "LeaseGrant"),
          Map.entry("/v3/lease/keepalive", LEASE + "LeaseKeepAlive"),
          Map.entry("/v3/lease/revoke", LEASE + "LeaseRevoke"),
          Map.entry("/v3/kv/lease/revoke", LEASE + "LeaseRevoke"),
          Map.entry("/v3/lease/timetolive", LEASE + "LeaseTimeToLive"),
          Map.entry("/v3/kv/lease/timetolive", LEASE + "LeaseTimeToLive"),
          Map.entry("/v3/lease/leases", LEASE + "LeaseLeases"),
          Map.entry("/v3/kv/lease/leases", LEASE + "LeaseLeases"),
          Map.entry("/v3/cluster/member/add", CLUSTER + "MemberAdd"),
          Map.entry("/v3/cluster/member/remove", CLUSTER + "MemberRemove"),
          Map.entry("/v3/cluster/member/update", CLUSTER + "MemberUpdate"),
          Map.entry("/v3/cluster/member/list", CLUSTER + "MemberList"),
          Map.entry("/v3/cluster/member/promote", CLUSTER + "MemberPromote"),
          Map.entry("/v3/maintenance/alarm", MAINTENANCE + "Alarm"),
          Map.entry("/v3/maintenance/status", MAINTENANCE + "Status"),
          Map.entry("/v3/maintenance/defragment", MAINTENANCE + "Defragment"),
          Map.entry("/v3/maintenance/hash", MAINTENANCE + "Hash"),
          Map.entry("/v3/maintenance/hashkv", MAINTENANCE + "HashKV"),
          Map.entry("/v3/maintenance/snapshot", MAINTENANCE + "Snapshot"),
          Map.entry("/v3/maintenance/transfer-leadership", MAINTENANCE + "MoveLeader"),
          Map.entry("/v3/maintenance/downgrade", MAINTENANCE + "Downgrade"),
          Map.entry("/v3/auth/enable", AUTH + "AuthEnable"),
          Map.entry("/v3/auth/disable", AUTH + "AuthDisable"),
          Map.entry("/v3/auth/status", AUTH + "AuthStatus"),
          Map.entry("/v3/auth/authenticate", AUTH + "Authenticate"),
          Map.entry("/v3/auth/user/add", AUTH + "UserAdd"),
          Map.entry("/v3/auth/user/get", AUTH + "UserGet"),
          Map.entry("/v3/auth/user/list", AUTH + "UserList"),
          Map.entry("/v3/auth/user/delete", AUTH + "UserDelete"),
          Map.entry("/v3/auth/user/changepw", AUTH + "UserChangePassword"),
          Map.entry("/v3/auth/user/grant", AUTH + "UserGrantRole"),
          Map.entry("/v3/auth/user/revoke", AUTH + "UserRevokeRole"),
          Map.entry("/v3/auth/role/add", AUTH + "RoleAdd"),
          Map.entry("/v3/auth/role/get", AUTH + "RoleGet"),
          Map.entry("/v3/auth/role/list", AUTH + "RoleList"),
          Map.entry("/v3/auth/role/delete", AUTH + "RoleDelete"),
          Map.entry("/v3/auth/role/grant", AUTH + "RoleGrantPermission"),
          Map.entry("/v3/auth/role/revoke", AUTH + "RoleRevokePermission"),
          Map.entry("/v3/lock/lock", LOCK + "Lock"),
          Map.entry("/v3/lock/unlock", LOCK + "Unlock"),
          Map.entry("/v3/election/campaign", ELECTION + "Campaign"),
          Map.entry("/v3/election/proclaim", ELECTION + "Proclaim"),
          Map.entry("/v3/election/leader", ELECTION + "Leader"),
          Map.entry("/v3/election/observe", ELECTION + "Observe"),
          Map.entry("/v3/election/resign", ELECTION + "Resign"));

  /**
   * One RPC that a path leads to.
   *
   * @param prototype an empty request
   */
  record Route(MethodDescriptor<Message, Message> method, Message prototype) {}

  private final Map<String, Route> routes = new TreeMap<>();

  /** Throws where an RPC of the table is not among the services. */
  Routes(Collection<ServerServiceDefinition> services) {
    Map<String, Route> rpcs = new TreeMap<>();
    for (ServerServiceDefinition service : services) {
      for (MethodDescriptor<?, ?> method : service.getServiceDescriptor().getMethods()) {
        rpcs.put(method.getFullMethodName(), route(method));
      }
    }
    RPCS.forEach((path, rpc) -> {
      Route route = rpcs.get(rpc);
      if (route == null) {
        throw new IllegalArgumentException("no service has " + rpc);
      }
      routes.put(path, route);
    });
  }

  /** Full names of the RPCs that have a path. */
  Set<String> rpcs() {
    Set<String> names = new TreeSet<>();
    routes.values().forEach(route -> names.add(route.method.getFullMethodName()));
    return names;
  }

  /** Null where no RPC has this path. */
  @Nullable Route find(String path) {
    return routes.get(path);
  }

  private static <Q, R> Route route(MethodDescriptor<Q, R> method) {
    var requests = prototype(method.getRequestMarshaller());
    var responses = prototype(method.getResponseMarshaller());
    return new Route(
        method.toBuilder(marshaller(requests), marshaller(responses)).build(), requests);
  }

  private static Message prototype(MethodDescriptor.Marshaller<?> marshaller) {
    if (marshaller instanceof MethodDescriptor.PrototypeMarshaller<?> known
        && known.getMessagePrototype() instanceof Message message) {
      return message;
    }
    throw new IllegalArgumentException("not a protobuf message: " + marshaller);
  }

  private static MethodDescriptor.Marshaller<Message> marshaller(Message prototype) {
    return io.grpc.protobuf.ProtoUtils.marshaller(prototype);
  }
}
