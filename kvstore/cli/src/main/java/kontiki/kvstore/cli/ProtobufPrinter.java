package kontiki.kvstore.cli;

import com.google.protobuf.Message;
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

/**
 * {@code -w protobuf}: the answer's own bytes. Of leases etcdctl writes the header only: its client
 * embeds the header in its own types; this writes the whole answer.
 */
final class ProtobufPrinter extends UnsupportedPrinter {
  private final Output out;

  ProtobufPrinter(Output out) {
    super("protobuf");
    this.out = out;
  }

  private void message(Message message) {
    out.bytes(message.toByteString());
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
    message(response);
  }

  @Override
  public void grant(LeaseGrantResponse response) {
    message(response);
  }

  @Override
  public void revoke(long lease, LeaseRevokeResponse response) {
    message(response);
  }

  @Override
  public void keepAlive(LeaseKeepAliveResponse response) {
    message(response);
  }

  @Override
  public void timeToLive(LeaseTimeToLiveResponse response, boolean keys) {
    message(response);
  }

  @Override
  public void leases(LeaseLeasesResponse response) {
    message(response);
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
  public void auth(Message response, String text) {
    message(response);
  }

  @Override
  public void members(MemberListResponse response) {
    message(response);
  }
}
