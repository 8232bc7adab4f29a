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

/** A format that cannot show everything: what a subclass does not override is refused. */
abstract class UnsupportedPrinter implements Printer {
  private final String format;

  UnsupportedPrinter(String format) {
    this.format = format;
  }

  private KvFailure refusal() {
    return new KvFailure(KvFailure.Exit.BAD_FEATURE, format + " not supported as output format");
  }

  @Override
  public void get(RangeResponse response) {
    throw refusal();
  }

  @Override
  public void put(PutResponse response) {
    throw refusal();
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    throw refusal();
  }

  @Override
  public void txn(TxnResponse response) {
    throw refusal();
  }

  @Override
  public void watch(WatchResponse response) {
    throw refusal();
  }

  @Override
  public void grant(LeaseGrantResponse response) {
    throw refusal();
  }

  @Override
  public void revoke(long lease, LeaseRevokeResponse response) {
    throw refusal();
  }

  @Override
  public void keepAlive(LeaseKeepAliveResponse response) {
    throw refusal();
  }

  @Override
  public void timeToLive(LeaseTimeToLiveResponse response, boolean keys) {
    throw refusal();
  }

  @Override
  public void leases(LeaseLeasesResponse response) {
    throw refusal();
  }

  @Override
  public void alarms(AlarmResponse response) {
    throw refusal();
  }

  @Override
  public void change(MemberChange change) {
    throw refusal();
  }

  @Override
  public void members(MemberListResponse response) {
    throw refusal();
  }

  @Override
  public void auth(Message response, String text) {
    throw refusal();
  }

  @Override
  public void health(List<Health> endpoints) {
    throw refusal();
  }

  @Override
  public void status(List<EndpointStatus> endpoints) {
    throw refusal();
  }

  @Override
  public void hash(List<EndpointHash> endpoints) {
    throw refusal();
  }

  @Override
  public void snapshot(SnapshotFile snapshot) {
    throw refusal();
  }
}
