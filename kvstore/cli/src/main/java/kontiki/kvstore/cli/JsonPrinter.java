package kontiki.kvstore.cli;

import com.google.protobuf.Message;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmResponse;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseLeasesResponse;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.LeaseTimeToLiveResponse;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchResponse;

/** {@code -w json}: one document a line, keys and values in base64. */
final class JsonPrinter implements Printer {
  private final Output out;

  JsonPrinter(Output out) {
    this.out = out;
  }

  private void message(Message message) {
    line(new GoJson().message(message));
  }

  private void line(GoJson json) {
    out.line(json.toString());
  }

  @Override
  public void get(RangeResponse response) {
    message(response);
  }

  @Override
  public void put(PutResponse response) {
    message(response);
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    message(response);
  }

  @Override
  public void txn(TxnResponse response) {
    message(response);
  }

  @Override
  public void watch(WatchResponse response) {
    var json = new GoJson().open('{').name("Header").message(response.getHeader());
    json.name("Events").open('[');
    response.getEventsList().forEach(json::message);
    json.close(']').field("CompactRevision", response.getCompactRevision());
    json.name("Canceled").literal(response.getCanceled());
    line(json.name("Created").literal(response.getCreated()).close('}'));
  }

  @Override
  public void grant(LeaseGrantResponse response) {
    line(
        new GoJson()
            .open('{')
            .header(response.getHeader())
            .field("ID", response.getID())
            .field("TTL", response.getTTL())
            .name("Error")
            .string(response.getError())
            .close('}'));
  }

  @Override
  public void revoke(long lease, LeaseRevokeResponse response) {
    message(response);
  }

  @Override
  public void keepAlive(LeaseKeepAliveResponse response) {
    line(
        new GoJson()
            .open('{')
            .header(response.getHeader())
            .field("ID", response.getID())
            .field("TTL", response.getTTL())
            .close('}'));
  }

  @Override
  public void timeToLive(LeaseTimeToLiveResponse response, boolean keys) {
    var json =
        new GoJson()
            .open('{')
            .header(response.getHeader())
            .field("id", response.getID())
            .field("ttl", response.getTTL())
            .field("granted-ttl", response.getGrantedTTL())
            .name("keys");
    if (response.getKeysCount() == 0) {
      json.literal("null");
    } else {
      json.open('[');
      response.getKeysList().forEach(json::bytes);
      json.close(']');
    }
    line(json.close('}'));
  }

  @Override
  public void leases(LeaseLeasesResponse response) {
    var json = new GoJson().open('{').header(response.getHeader()).name("leases").open('[');
    response.getLeasesList().forEach(lease -> json.open('{').field("id", lease.getID()).close('}'));
    line(json.close(']').close('}'));
  }

  @Override
  public void alarms(AlarmResponse response) {
    message(response);
  }

  @Override
  public void change(MemberChange change) {
    message(change.response());
  }

  @Override
  public void members(MemberListResponse response) {
    message(response);
  }

  @Override
  public void auth(Message response, String text) {
    message(response);
  }

  @Override
  public void health(List<Health> endpoints) {
    var json = new GoJson().open('[');
    for (var health : endpoints) {
      json.open('{').name("endpoint").string(health.endpoint());
      json.name("health").literal(health.healthy());
      json.name("took").string(GoText.duration(health.took()));
      if (!health.error().isEmpty()) {
        json.name("error").string(health.error());
      }
      json.close('}');
    }
    line(json.close(']'));
  }

  @Override
  public void status(List<EndpointStatus> endpoints) {
    var json = new GoJson().open('[');
    for (var endpoint : endpoints) {
      json.open('{').name("Endpoint").string(endpoint.endpoint());
      json.name("Status").message(endpoint.status()).close('}');
    }
    line(json.close(']'));
  }

  @Override
  public void hash(List<EndpointHash> endpoints) {
    var json = new GoJson().open('[');
    for (var endpoint : endpoints) {
      json.open('{').name("Endpoint").string(endpoint.endpoint());
      json.name("HashKV").message(endpoint.hash()).close('}');
    }
    line(json.close(']'));
  }

  @Override
  public void snapshot(SnapshotFile snapshot) {
    line(
        new GoJson()
            .open('{')
            .field("hash", Integer.toUnsignedLong(snapshot.hash()))
            .field("revision", snapshot.revision())
            .field("totalKey", snapshot.totalKeys())
            .field("totalSize", snapshot.totalSize())
            .close('}'));
  }
}
