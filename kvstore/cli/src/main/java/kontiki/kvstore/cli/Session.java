package kontiki.kvstore.cli;

import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseKeepAliveRequest;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;

/**
 * A lease that lives as long as this process: a thread of its own keeps it alive, over other
 * members where one goes. Closing ends the lease, and with it its keys. Safe for many threads.
 */
final class Session implements AutoCloseable {
  private static final long RETRY_MILLIS = 200;

  private final Channel channel;
  private final long lease;
  private final long ttlNanos;
  private final long timeoutSeconds;
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private final Thread keeper = Thread.ofVirtual().name("session").unstarted(this::keep);

  private Session(Channel channel, long lease, long ttlSeconds, long timeoutSeconds) {
    this.channel = channel;
    this.lease = lease;
    this.ttlNanos = TimeUnit.SECONDS.toNanos(ttlSeconds);
    this.timeoutSeconds = timeoutSeconds;
  }

  static Session open(Channel channel, long ttlSeconds, long timeoutSeconds) {
    var granted =
        LeaseGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS)
            .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build());
    var session = new Session(channel, granted.getID(), granted.getTTL(), timeoutSeconds);
    session.keeper.start();
    return session;
  }

  long lease() {
    return lease;
  }

  /** Completes when the lease has ended, or may have. */
  CompletableFuture<Void> lost() {
    return lost;
  }

  private void keep() {
    long kept = System.nanoTime();
    try {
      while (System.nanoTime() - kept < ttlNanos) {
        var stream = LeaseGrpc.newBlockingV2Stub(channel).leaseKeepAlive();
        try {
          while (renewed(stream)) {
            kept = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(ttlNanos / 3);
          }
          lost.complete(null);
          return;
        } catch (StatusException | TimeoutException e) {
          // Another member may answer.
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } finally {
          stream.cancel("session left", null);
        }
      }
      lost.complete(null);
    } catch (InterruptedException e) {
      // Closed.
      Thread.currentThread().interrupt();
    }
  }

  private boolean renewed(BlockingClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream)
      throws InterruptedException, StatusException, TimeoutException {
    stream.write(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    var answer = stream.read(ttlNanos / 3, TimeUnit.NANOSECONDS);
    return answer != null && answer.getTTL() > 0;
  }

  @Override
  public void close() {
    keeper.interrupt();
    try {
      var unused =
          LeaseGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS)
              .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    } catch (StatusRuntimeException e) {
      // It ends by itself.
      return;
    }
  }
}
