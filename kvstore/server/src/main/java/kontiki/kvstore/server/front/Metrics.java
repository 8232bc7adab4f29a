package kontiki.kvstore.server.front;

import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.Role;
import kontiki.kvstore.server.watch.WatchHub;

/** The numbers that people alert on, under etcd's names, in the Prometheus text format. */
public final class Metrics {
  private final RaftNode node;
  private final WatchHub hub;
  private final LeaderWatch leaders;
  private final long quotaBytes;

  public Metrics(RaftNode node, WatchHub hub, LeaderWatch leaders, long quotaBytes) {
    this.node = node;
    this.hub = hub;
    this.leaders = leaders;
    this.quotaBytes = quotaBytes;
  }

  String text() {
    Role role = node.role();
    MvccStore store = node.store();
    StringBuilder out = new StringBuilder(4096);
    gauge(out, "etcd_server_has_leader", role.hasLeader() ? 1 : 0);
    gauge(out, "etcd_server_is_leader", role.leads() ? 1 : 0);
    gauge(out, "etcd_server_is_learner", 0);
    counter(out, "etcd_server_leader_changes_seen_total", leaders.changes());
    gauge(out, "etcd_server_proposals_committed_total", Math.max(0, node.commitIndex()));
    gauge(out, "etcd_server_proposals_applied_total", Math.max(0, node.appliedIndex()));
    gauge(out, "etcd_server_proposals_pending", node.proposer().pendingCount());
    gauge(out, "etcd_server_quota_backend_bytes", quotaBytes);
    gauge(out, "etcd_mvcc_db_total_size_in_bytes", store.engine().sizeBytes());
    gauge(out, "etcd_mvcc_db_total_size_in_use_in_bytes", store.engine().sizeInUseBytes());
    gauge(out, "etcd_debugging_mvcc_current_revision", store.state().revision());
    gauge(out, "etcd_debugging_mvcc_compact_revision", store.state().compactRevision());
    gauge(out, "etcd_debugging_mvcc_watcher_total", hub.watcherCount());
    gauge(out, "etcd_debugging_mvcc_slow_watcher_total", hub.slowWatcherCount());
    gauge(out, "etcd_debugging_mvcc_pending_events_total", hub.pendingEvents());
    return out.toString();
  }

  private static void gauge(StringBuilder out, String name, long value) {
    line(out, name, "gauge", value);
  }

  private static void counter(StringBuilder out, String name, long value) {
    line(out, name, "counter", value);
  }

  private static void line(StringBuilder out, String name, String type, long value) {
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    out.append(name).append(' ').append(value).append('\n');
  }
}
