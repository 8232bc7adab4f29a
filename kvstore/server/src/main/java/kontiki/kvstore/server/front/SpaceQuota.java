package kontiki.kvstore.server.front;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.raft.RaftNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the data within its quota and the disk from running full. What would not fit is refused
 * before it is proposed, and the member raises the NOSPACE alarm through the log: from there on
 * every member refuses it, until the alarm is disarmed. Space is measured from time to time, and
 * what was let through since then counts as used. Safe for many threads.
 */
public final class SpaceQuota {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceQuota.class);

  /** What is used without a setting, as in etcd. */
  public static final long DEFAULT_BYTES = 2L << 30;

  /** etcd's estimates of what a key and a lease take beside their own bytes. */
  static final long KEY_OVERHEAD = 256;

  static final long LEASE_OVERHEAD = 64;

  /** So much of the disk, or an eighth of a small one, is left to the log and to compactions. */
  static final long RESERVED_BYTES = 64 << 20;

  /**
   * A measurement.
   *
   * @param usedBytes of the engine, on disk and in its write buffers
   * @param freeBytes of the file system that it lies on
   * @param diskBytes its size
   */
  public record Space(long usedBytes, long freeBytes, long diskBytes) {
    private long reservedBytes() {
      return Math.min(RESERVED_BYTES, diskBytes / 8);
    }
  }

  private final RaftNode node;
  private final AlarmMember alarm;
  private final long quotaBytes;
  private final Supplier<Space> measurement;
  private final AtomicLong remaining = new AtomicLong(Long.MAX_VALUE);

  /**
   * @param quotaBytes negative: none
   */
  public SpaceQuota(RaftNode node, long memberId, long quotaBytes, Supplier<Space> measurement) {
    this.node = node;
    this.alarm = AlarmMember.newBuilder().setMemberID(memberId).setAlarm(AlarmType.NOSPACE).build();
    this.quotaBytes = quotaBytes;
    this.measurement = measurement;
  }

  /** Proposes the command where there is room for it. The future completes always. */
  public CompletableFuture<Outcome> propose(Command command) {
    long cost = cost(command);
    if (cost == 0 || remaining.addAndGet(-cost) > 0) {
      return node.proposer().propose(command);
    }
    return raise().thenApply(_ -> new Outcome.Refused(EtcdError.NO_SPACE));
  }

  /** Negative: none. */
  long bytes() {
    return quotaBytes;
  }

  /** Looks at the disk; raises the alarm where there is no room left. Called regularly. */
  public void measure() {
    Space space = measurement.get();
    long inQuota = quotaBytes < 0 ? Long.MAX_VALUE : quotaBytes - space.usedBytes;
    long onDisk = space.freeBytes - space.reservedBytes();
    long now = Math.min(inQuota, onDisk);
    remaining.set(now);
    if (now <= 0 && !isRaised()) {
      LOG.warn(
          "no space: only reads, deletions and compactions go on; {} used_bytes={} quota_bytes={}"
              + " disk_free_bytes={}",
          onDisk <= 0 ? "the disk is nearly full" : "the quota is used up",
          space.usedBytes,
          quotaBytes,
          space.freeBytes);
      var unused = raise();
    }
  }

  /** etcd's estimate of the bytes that a command adds, 0: none. */
  static long cost(Command command) {
    return switch (command) {
      case Command.Put put -> cost(put.request());
      case Command.Txn txn -> cost(txn.request());
      case Command.LeaseGrant _ -> LEASE_OVERHEAD;
      case Command.As as -> cost(as.command());
      case Command.DeleteRange _,
          Command.Compact _,
          Command.LeaseRevoke _,
          Command.LeaseExpire _,
          Command.Auth _,
          Command.SetAlarm _,
          Command.PublishMember _,
          Command.ChangeMembers _ ->
          0;
    };
  }

  private static long cost(PutRequest put) {
    return KEY_OVERHEAD + put.getKey().size() + put.getValue().size();
  }

  private static long cost(TxnRequest txn) {
    return Math.max(cost(txn.getSuccessList()), cost(txn.getFailureList()));
  }

  private static long cost(List<RequestOp> operations) {
    long sum = 0;
    for (RequestOp operation : operations) {
      if (operation.hasRequestPut()) {
        sum += cost(operation.getRequestPut());
      } else if (operation.hasRequestTxn()) {
        sum += cost(operation.getRequestTxn());
      }
    }
    return sum;
  }

  private CompletableFuture<Outcome> raise() {
    return isRaised()
        ? CompletableFuture.completedFuture(Outcome.Unanswered.UNANSWERED)
        : node.proposer().propose(new Command.SetAlarm(alarm, true));
  }

  private boolean isRaised() {
    try (StoreView view = node.store().view()) {
      return view.alarms().contains(alarm);
    }
  }
}
