package kontiki.kvstore.cli;

import com.google.protobuf.Message;
import java.util.List;
import java.util.stream.Collectors;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmResponse;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseLeasesResponse;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.LeaseTimeToLiveResponse;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.ResponseOp;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchResponse;

/** {@code -w simple}: keys and values, a line each. */
final class SimplePrinter implements Printer {
  private final Output out;
  private final boolean hex;
  private final boolean valuesOnly;

  SimplePrinter(Output out, boolean hex, boolean valuesOnly) {
    this.out = out;
    this.hex = hex;
    this.valuesOnly = valuesOnly;
  }

  private void keyValue(KeyValue kv) {
    if (!valuesOnly) {
      bytes(kv.getKey());
    }
    bytes(kv.getValue());
  }

  private void bytes(com.google.protobuf.ByteString bytes) {
    if (hex) {
      out.line(GoText.hex(bytes));
    } else {
      out.line(bytes);
    }
  }

  @Override
  public void get(RangeResponse response) {
    response.getKvsList().forEach(this::keyValue);
  }

  @Override
  public void put(PutResponse response) {
    out.line("OK");
    if (response.hasPrevKv()) {
      keyValue(response.getPrevKv());
    }
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    out.line(Long.toString(response.getDeleted()));
    response.getPrevKvsList().forEach(this::keyValue);
  }

  @Override
  public void txn(TxnResponse response) {
    out.line(response.getSucceeded() ? "SUCCESS" : "FAILURE");
    for (ResponseOp operation : response.getResponsesList()) {
      out.line("");
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
    for (Event event : response.getEventsList()) {
      out.line(event.getType().name());
      if (event.hasPrevKv()) {
        keyValue(event.getPrevKv());
      }
      keyValue(event.getKv());
    }
  }

  @Override
  public void grant(LeaseGrantResponse response) {
    out.line("lease %016x granted with TTL(%ds)".formatted(response.getID(), response.getTTL()));
  }

  @Override
  public void revoke(long lease, LeaseRevokeResponse response) {
    out.line("lease %016x revoked".formatted(lease));
  }

  @Override
  public void keepAlive(LeaseKeepAliveResponse response) {
    out.line("lease %016x keepalived with TTL(%d)".formatted(response.getID(), response.getTTL()));
  }

  @Override
  public void timeToLive(LeaseTimeToLiveResponse response, boolean keys) {
    if (response.getGrantedTTL() == 0 && response.getTTL() == -1) {
      out.line("lease %016x already expired".formatted(response.getID()));
      return;
    }
    String text =
        "lease %016x granted with TTL(%ds), remaining(%ds)"
            .formatted(response.getID(), response.getGrantedTTL(), response.getTTL());
    if (!keys) {
      out.line(text);
      return;
    }
    out.text(text + ", attached keys([");
    for (int i = 0; i < response.getKeysCount(); i++) {
      out.text(i == 0 ? "" : " ");
      out.bytes(response.getKeys(i));
    }
    out.line("])");
  }

  @Override
  public void leases(LeaseLeasesResponse response) {
    out.line("found " + response.getLeasesCount() + " leases");
    response.getLeasesList().forEach(lease -> out.line("%016x".formatted(lease.getID())));
  }

  @Override
  public void alarms(AlarmResponse response) {
    for (AlarmMember alarm : response.getAlarmsList()) {
      out.line(
          "memberID:%s alarm:%s "
              .formatted(Long.toUnsignedString(alarm.getMemberID()), alarm.getAlarm()));
    }
  }

  @Override
  public void change(MemberChange change) {
    change.lines().forEach(out::line);
  }

  @Override
  public void members(MemberListResponse response) {
    rows(Rows.members(response));
  }

  @Override
  public void health(List<Health> endpoints) {
    for (Health health : endpoints) {
      if (health.healthy()) {
        out.line(
            "%s is healthy: successfully committed proposal: took = %s"
                .formatted(health.endpoint(), GoText.duration(health.took())));
      } else {
        System.err.println(
            "%s is unhealthy: failed to commit proposal: %s"
                .formatted(health.endpoint(), health.error()));
      }
    }
  }

  @Override
  public void status(List<EndpointStatus> endpoints) {
    rows(Rows.status(endpoints));
  }

  @Override
  public void hash(List<EndpointHash> endpoints) {
    rows(Rows.hash(endpoints));
  }

  @Override
  public void snapshot(SnapshotFile snapshot) {
    rows(Rows.snapshot(snapshot));
  }

  @Override
  public void auth(Message response, String text) {
    out.line(text);
  }

  private void rows(List<List<String>> rows) {
    rows.forEach(row -> out.line(row.stream().collect(Collectors.joining(", "))));
  }
}
