package kontiki.kvstore.cli.bench;

import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseKeepAliveRequest;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import org.jspecify.annotations.Nullable;

/**
 * The life of a lease as one operation: it is granted, kept alive once and revoked. The stream of
 * the keep-alives stays open; after a failure another is opened. What is left behind by a failure
 * ends by itself.
 */
final class LeaseRequests implements Request {
  /** A lease was not alive when it was to be kept alive. */
  static final String LEASE_GONE = "LEASE_GONE";

  private static final long SECONDS_TO_LIVE = 60;

  private final Channel channel;
  private final Grant grant;
  private final Revoke revoke;
  private volatile long lease;
  private volatile @Nullable KeepAlives stream;
  private volatile boolean closed;

  LeaseRequests(Target target, int client) {
    this.channel = target.channel(client);
    this.grant = new Grant(channel);
    this.revoke = new Revoke(channel);
  }

  @Override
  public void send(Answer answer) {
    grant.send(new Then(answer, () -> keepAlive(answer)));
  }

  private void keepAlive(Answer answer) {
    var open = stream;
    if (open == null || open.ended) {
      open = new KeepAlives();
      stream = open;
    }
    open.send(new Then(answer, () -> revoke.send(answer)));
  }

  @Override
  public void cancel() {
    grant.cancel();
    revoke.cancel();
    close();
  }

  @Override
  public void close() {
    closed = true;
    var open = stream;
    if (open != null) {
      open.call.cancel("the round is over", null);
    }
  }

  /** The next step where this one is done. */
  private record Then(Answer answer, Runnable next) implements Answer {
    @Override
    public void done(long bytes) {
      next.run();
    }

    @Override
    public void failed(String code) {
      answer.failed(code);
    }
  }

  private final class Grant extends UnaryRequest<LeaseGrantRequest, LeaseGrantResponse> {
    private static final LeaseGrantRequest MESSAGE =
        LeaseGrantRequest.newBuilder().setTTL(SECONDS_TO_LIVE).build();

    Grant(Channel channel) {
      super(channel, LeaseGrpc.getLeaseGrantMethod());
    }

    @Override
    LeaseGrantRequest message() {
      return MESSAGE;
    }

    @Override
    long take(LeaseGrantResponse response) {
      lease = response.getID();
      return 0;
    }
  }

  private final class Revoke extends UnaryRequest<LeaseRevokeRequest, LeaseRevokeResponse> {
    Revoke(Channel channel) {
      super(channel, LeaseGrpc.getLeaseRevokeMethod());
    }

    @Override
    LeaseRevokeRequest message() {
      return LeaseRevokeRequest.newBuilder().setID(lease).build();
    }

    @Override
    long take(LeaseRevokeResponse response) {
      return 0;
    }
  }

  /** One stream; one keep-alive on its way at a time. */
  private final class KeepAlives extends ClientCall.Listener<LeaseKeepAliveResponse> {
    private final ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
        channel.newCall(LeaseGrpc.getLeaseKeepAliveMethod(), UnaryRequest.OPTIONS);
    private boolean started;
    private volatile @Nullable Answer waiting;
    private volatile boolean ended;

    void send(Answer answer) {
      waiting = answer;
      if (!started) {
        started = true;
        call.start(this, new Metadata());
      }
      call.request(1);
      call.sendMessage(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
      if (closed) {
        call.cancel("the round is over", null);
      }
    }

    @Override
    public void onMessage(LeaseKeepAliveResponse message) {
      var answer = waiting;
      waiting = null;
      if (answer != null && message.getTTL() > 0) {
        answer.done(0);
      } else if (answer != null) {
        answer.failed(LEASE_GONE);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended = true;
      var answer = waiting;
      waiting = null;
      if (answer != null) {
        answer.failed(status.getCode().name());
      }
    }
  }
}
