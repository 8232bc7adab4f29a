package kontiki.kvstore.cli;

import com.google.protobuf.Message;
import java.time.Duration;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmResponse;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.HashKVResponse;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseLeasesResponse;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.LeaseTimeToLiveResponse;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.StatusResponse;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchResponse;

/** One of etcdctl's output formats. Used by one thread. */
interface Printer {

  /** How one endpoint answered a health check; {@code error} is empty where it is well. */
  record Health(String endpoint, boolean healthy, Duration took, String error) {}

  /** One endpoint's status. */
  record EndpointStatus(String endpoint, StatusResponse status) {}

  /** One endpoint's hash. */
  record EndpointHash(String endpoint, HashKVResponse hash) {}

  void get(RangeResponse response);

  void put(PutResponse response);

  void delete(DeleteRangeResponse response);

  void txn(TxnResponse response);

  void watch(WatchResponse response);

  void grant(LeaseGrantResponse response);

  void revoke(long lease, LeaseRevokeResponse response);

  void keepAlive(LeaseKeepAliveResponse response);

  void timeToLive(LeaseTimeToLiveResponse response, boolean keys);

  void leases(LeaseLeasesResponse response);

  void alarms(AlarmResponse response);

  void members(MemberListResponse response);

  void change(MemberChange change);

  void health(List<Health> endpoints);

  void status(List<EndpointStatus> endpoints);

  void hash(List<EndpointHash> endpoints);

  void snapshot(SnapshotFile snapshot);

  /**
   * Users and roles.
   *
   * @param text what {@code -w simple} says of it, without the last line end
   */
  void auth(Message response, String text);
}
