package kontiki.kvstore.cli;

import com.google.protobuf.Message;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmResponse;
import kontiki.kvstore.api.pb.AuthRoleGetResponse;
import kontiki.kvstore.api.pb.AuthRoleListResponse;
import kontiki.kvstore.api.pb.AuthStatusResponse;
import kontiki.kvstore.api.pb.AuthUserGetResponse;
import kontiki.kvstore.api.pb.AuthUserListResponse;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseLeasesResponse;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.LeaseTimeToLiveResponse;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.Permission;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchResponse;

/** {@code -w fields}: every field on a line of its own. */
final class FieldsPrinter implements Printer {
  private final Output out;

  FieldsPrinter(Output out) {
    this.out = out;
  }

  private void field(String name, Object value) {
    out.line("\"" + name + "\" : " + value);
  }

  private void unsigned(String name, long value) {
    field(name, Long.toUnsignedString(value));
  }

  private void header(ResponseHeader header) {
    unsigned("ClusterID", header.getClusterId());
    unsigned("MemberID", header.getMemberId());
    field("Revision", header.getRevision());
    unsigned("RaftTerm", header.getRaftTerm());
  }

  private void keyValue(String prefix, KeyValue kv) {
    field(prefix + "Key", GoText.quote(kv.getKey()));
    field(prefix + "CreateRevision", kv.getCreateRevision());
    field(prefix + "ModRevision", kv.getModRevision());
    field(prefix + "Version", kv.getVersion());
    field(prefix + "Value", GoText.quote(kv.getValue()));
    field(prefix + "Lease", kv.getLease());
  }

  @Override
  public void auth(Message response, String text) {
    switch (response) {
      case AuthRoleGetResponse role -> {
        header(role.getHeader());
        for (Permission permission : role.getPermList()) {
          // etcdctl has two spaces here.
          field("PermType", " " + permission.getPermType());
          field("Key", GoText.quote(permission.getKey()));
          field("RangeEnd", GoText.quote(permission.getRangeEnd()));
        }
      }
      case AuthRoleListResponse roles -> {
        header(roles.getHeader());
        out.text("\"Roles\" :");
        roles.getRolesList().forEach(role -> out.text(" " + GoText.quote(role)));
        out.line("");
      }
      case AuthUserGetResponse _, AuthUserListResponse _, AuthStatusResponse _ ->
          throw new KvFailure(KvFailure.Exit.BAD_FEATURE, "fields not supported as output format");
      default -> {
        var field = response.getDescriptorForType().findFieldByName("header");
        header((ResponseHeader) response.getField(field));
      }
    }
  }

  @Override
  public void get(RangeResponse response) {
    header(response.getHeader());
    response.getKvsList().forEach(kv -> keyValue("", kv));
    field("More", response.getMore());
    field("Count", response.getCount());
  }

  @Override
  public void put(PutResponse response) {
    header(response.getHeader());
    if (response.hasPrevKv()) {
      keyValue("Prev", response.getPrevKv());
    }
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    header(response.getHeader());
    field("Deleted", response.getDeleted());
    response.getPrevKvsList().forEach(kv -> keyValue("Prev", kv));
  }

  @Override
  public void txn(TxnResponse response) {
    header(response.getHeader());
    field("Succeeded", response.getSucceeded());
    for (var operation : response.getResponsesList()) {
      switch (operation.getResponseCase()) {
        case RESPONSE_RANGE -> get(operation.getResponseRange());
        case RESPONSE_PUT -> put(operation.getResponsePut());
        case RESPONSE_DELETE_RANGE -> delete(operation.getResponseDeleteRange());
        case RESPONSE_TXN -> txn(operation.getResponseTxn());
        case RESPONSE_NOT_SET -> {}
      }
    }
  }

  @Override
  public void watch(WatchResponse response) {
    header(response.getHeader());
    for (var event : response.getEventsList()) {
      field("Type", event.getType());
      if (event.hasPrevKv()) {
        keyValue("Prev", event.getPrevKv());
      }
      keyValue("", event.getKv());
    }
  }

  @Override
  public void grant(LeaseGrantResponse response) {
    header(response.getHeader());
    field("ID", response.getID());
    field("TTL", response.getTTL());
  }

  @Override
  public void revoke(long lease, LeaseRevokeResponse response) {
    header(response.getHeader());
  }

  @Override
  public void keepAlive(LeaseKeepAliveResponse response) {
    header(response.getHeader());
    field("ID", response.getID());
    field("TTL", response.getTTL());
  }

  @Override
  public void timeToLive(LeaseTimeToLiveResponse response, boolean keys) {
    header(response.getHeader());
    field("ID", response.getID());
    field("TTL", response.getTTL());
    field("GrantedTTL", response.getGrantedTTL());
    response.getKeysList().forEach(key -> field("Key", GoText.quote(key)));
  }

  @Override
  public void leases(LeaseLeasesResponse response) {
    header(response.getHeader());
    response.getLeasesList().forEach(lease -> field("ID", lease.getID()));
  }

  @Override
  public void alarms(AlarmResponse response) {
    header(response.getHeader());
    for (var alarm : response.getAlarmsList()) {
      unsigned("MemberID", alarm.getMemberID());
      field("AlarmType", alarm.getAlarm());
      out.line("");
    }
  }

  @Override
  public void change(MemberChange change) {
    header(change.header());
  }

  @Override
  public void members(MemberListResponse response) {
    header(response.getHeader());
    for (var member : response.getMembersList()) {
      unsigned("ID", member.getID());
      field("Name", GoText.quote(member.getName()));
      member.getPeerURLsList().forEach(url -> field("PeerURL", GoText.quote(url)));
      member.getClientURLsList().forEach(url -> field("ClientURL", GoText.quote(url)));
      field("IsLearner", member.getIsLearner());
      out.line("");
    }
  }

  @Override
  public void health(List<Health> endpoints) {
    for (var health : endpoints) {
      field("Endpoint", GoText.quote(health.endpoint()));
      field("Health", health.healthy());
      field("Took", GoText.duration(health.took()));
      field("Error", health.error());
      out.line("");
    }
  }

  @Override
  public void status(List<EndpointStatus> endpoints) {
    for (var endpoint : endpoints) {
      var status = endpoint.status();
      header(status.getHeader());
      field("Version", GoText.quote(status.getVersion()));
      field("DBSize", status.getDbSize());
      unsigned("Leader", status.getLeader());
      field("IsLearner", status.getIsLearner());
      unsigned("RaftIndex", status.getRaftIndex());
      unsigned("RaftTerm", status.getRaftTerm());
      unsigned("RaftAppliedIndex", status.getRaftAppliedIndex());
      field("Errors", "[" + String.join(" ", status.getErrorsList()) + "]");
      field("Endpoint", GoText.quote(endpoint.endpoint()));
      out.line("");
    }
  }

  @Override
  public void hash(List<EndpointHash> endpoints) {
    for (var endpoint : endpoints) {
      header(endpoint.hash().getHeader());
      field("Endpoint", GoText.quote(endpoint.endpoint()));
      field("Hash", Integer.toUnsignedString(endpoint.hash().getHash()));
      out.line("");
    }
  }

  @Override
  public void snapshot(SnapshotFile snapshot) {
    field("Hash", Integer.toUnsignedString(snapshot.hash()));
    field("Revision", Long.toString(snapshot.revision()));
    field("Keys", Long.toString(snapshot.totalKeys()));
    field("Size", Long.toString(snapshot.totalSize()));
  }
}
