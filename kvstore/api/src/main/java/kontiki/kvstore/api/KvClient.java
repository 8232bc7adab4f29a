package kontiki.kvstore.api;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.CompactionResponse;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.StatusRequest;
import kontiki.kvstore.api.pb.StatusResponse;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchCreateRequest;

/**
 * A small blocking client of any etcd v3 server, safe for use by many threads.
 *
 * <p>Retries follow clientv3: a read is repeated on UNAVAILABLE; a write is repeated only where no
 * connection was made, because any other failure may have happened after the write took effect.
 * Every other failure is the caller's, as a {@link StatusRuntimeException} whose status carries
 * etcd's code and message. Each call has the given deadline, retries included.
 */
public final class KvClient implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;

  private final ManagedChannel channel;
  private final Duration deadline;
  private final RetryPolicy retries;

  public KvClient(ManagedChannel channel) {
    this(channel, Duration.ofSeconds(10), RetryPolicy.DEFAULT);
  }

  /** The client owns the channel: closing the client closes it. */
  public KvClient(ManagedChannel channel, Duration deadline, RetryPolicy retries) {
    this.channel = channel;
    this.deadline = deadline;
    this.retries = retries;
  }

  public RangeResponse range(RangeRequest request) {
    return read(remaining -> kv(remaining).range(request));
  }

  /** The latest value of every key in the range, linearizable. */
  public RangeResponse range(KeyRange range) {
    return range(RangeRequest.newBuilder().setKey(range.key()).setRangeEnd(range.end()).build());
  }

  public PutResponse put(PutRequest request) {
    return write(remaining -> kv(remaining).put(request));
  }

  public PutResponse put(ByteString key, ByteString value) {
    return put(PutRequest.newBuilder().setKey(key).setValue(value).build());
  }

  public DeleteRangeResponse delete(DeleteRangeRequest request) {
    return write(remaining -> kv(remaining).deleteRange(request));
  }

  public TxnResponse txn(TxnRequest request) {
    return write(remaining -> kv(remaining).txn(request));
  }

  public CompactionResponse compact(CompactionRequest request) {
    return write(remaining -> kv(remaining).compact(request));
  }

  /**
   * @param id 0: the server chooses
   */
  public LeaseGrantResponse leaseGrant(long ttlSeconds, long id) {
    LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).setID(id).build();
    return write(remaining -> lease(remaining).leaseGrant(request));
  }

  public LeaseRevokeResponse leaseRevoke(long id) {
    LeaseRevokeRequest request = LeaseRevokeRequest.newBuilder().setID(id).build();
    return write(remaining -> lease(remaining).leaseRevoke(request));
  }

  /** The status of the member that answers: with several endpoints, of any of them. */
  public StatusResponse status() {
    return read(remaining ->
        MaintenanceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(remaining)
            .status(StatusRequest.getDefaultInstance()));
  }

  /**
   * Starts a watch that survives lost connections: it resumes from the revision after the last one
   * that was delivered. The listener is called by one virtual thread of the watch's own, in
   * revision order, whole revisions only; while it runs, nothing more is read from the server.
   */
  public KvWatch watch(WatchCreateRequest request, WatchListener listener) {
    return KvWatch.start(channel, request, listener, retries);
  }

  /** For calls that this class does not offer; nothing is retried. */
  public Channel channel() {
    return channel;
  }

  public LeaseGrpc.LeaseStub leases() {
    return LeaseGrpc.newStub(channel);
  }

  public ClusterGrpc.ClusterBlockingStub cluster() {
    return ClusterGrpc.newBlockingStub(channel).withDeadlineAfter(deadline);
  }

  public MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
    return MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(deadline);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KVGrpc.KVBlockingStub kv(Duration remaining) {
    return KVGrpc.newBlockingStub(channel).withDeadlineAfter(remaining);
  }

  private LeaseGrpc.LeaseBlockingStub lease(Duration remaining) {
    return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(remaining);
  }

  private <T> T read(Function<Duration, T> call) {
    return call(call, true);
  }

  private <T> T write(Function<Duration, T> call) {
    return call(call, false);
  }

  private <T> T call(Function<Duration, T> call, boolean read) {
    long end = System.nanoTime() + deadline.toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return call.apply(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      } catch (StatusRuntimeException e) {
        boolean again = read ? unavailable(e.getStatus()) : neverSent(e.getStatus());
        Duration delay = retries.delayAfter(attempt);
        if (!again || attempt >= retries.attempts() || end - System.nanoTime() < delay.toNanos()) {
          throw e;
        }
        pause(delay, e);
      }
    }
  }

  private static void pause(Duration delay, StatusRuntimeException cause) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }

  static boolean unavailable(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE;
  }

  /** True where the request cannot have reached a server: connecting failed. */
  static boolean neverSent(Status status) {
    if (!unavailable(status)) {
      return false;
    }
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      if (t instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }
}
