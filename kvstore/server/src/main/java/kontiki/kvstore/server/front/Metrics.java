package kontiki.kvstore.server.front;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.server.EtcdVersion;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.Role;
import kontiki.kvstore.server.watch.WatchHub;

/** The numbers that people alert on, under etcd's names, in the Prometheus text format. */
public final class Metrics {
  private final RaftNode node;
  private final WatchHub hub;
  private final LeaderWatch leaders;
  private final long quotaBytes;
  private final RpcCounters rpcs;

  public Metrics(
      RaftNode node, WatchHub hub, LeaderWatch leaders, long quotaBytes, RpcCounters rpcs) {
    this.node = node;
    this.hub = hub;
    this.leaders = leaders;
    this.quotaBytes = quotaBytes;
    this.rpcs = rpcs;
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
    label(out, "etcd_server_version", "server_version", EtcdVersion.SERVER);
    label(out, "etcd_cluster_version", "cluster_version", EtcdVersion.CLUSTER);
    label(out, "etcd_server_id", "server_id", Long.toHexString(role.self()));
    process(out);
    rpcs.write(out);
    return out.toString();
  }

  /** What Prometheus' clients say of every process. */
  private static void process(StringBuilder out) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    line(out, "process_start_time_seconds", "gauge", runtime.getStartTime() / 1000.0);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      line(out, "process_cpu_seconds_total", "counter", unix.getProcessCpuTime() / 1e9);
      gauge(out, "process_open_fds", unix.getOpenFileDescriptorCount());
      gauge(out, "process_max_fds", unix.getMaxFileDescriptorCount());
    }
  }

  private static void label(StringBuilder out, String name, String label, String value) {
    out.append("# TYPE ").append(name).append(" gauge\n");
    out.append(name).append('{').append(label).append("=\"").append(value).append("\"} 1\n");
  }

  private static void gauge(StringBuilder out, String name, long value) {
    line(out, name, "gauge", value);
  }

  private static void counter(StringBuilder out, String name, long value) {
    line(out, name, "counter", value);
  }

  private static void line(StringBuilder out, String name, String type, Number value) {
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    out.append(name).append(' ').append(value).append('\n');
  }
}
