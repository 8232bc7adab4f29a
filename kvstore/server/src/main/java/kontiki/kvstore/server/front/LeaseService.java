package kontiki.kvstore.server.front;

import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseKeepAliveRequest;
import kontiki.kvstore.api.pb.LeaseKeepAliveResponse;
import kontiki.kvstore.api.pb.LeaseLeasesRequest;
import kontiki.kvstore.api.pb.LeaseLeasesResponse;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.LeaseStatus;
import kontiki.kvstore.api.pb.LeaseTimeToLiveRequest;
import kontiki.kvstore.api.pb.LeaseTimeToLiveResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.mvcc.Access;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.LeaseTable;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreState;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.lease.Lessor;
import kontiki.kvstore.server.raft.PeerMessage;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.Role;

/**
 * Lease requests. Grants and revocations go through the log; renewals and remaining times are the
 * leader's, which is asked where it is another member. Calls may block.
 */
public final class LeaseService extends LeaseGrpc.LeaseImplBase {
  private static final long NOT_LEADER = -2;
  private static final long ASK_TIMEOUT_SECONDS = 5;
  private static final long RETRY_MILLIS = 50;

  private final RaftNode node;
  private final AuthGate gate;
  private final Lessor lessor;
  private final FrontLimits limits;
  private final SpaceQuota quota;
  private final LongSupplier ids;

  /**
   * @param ids gives positive numbers that no member has used for a lease
   */
  public LeaseService(
      RaftNode node,
      AuthGate gate,
      Lessor lessor,
      FrontLimits limits,
      SpaceQuota quota,
      LongSupplier ids) {
    this.node = node;
    this.gate = gate;
    this.lessor = lessor;
    this.limits = limits;
    this.quota = quota;
    this.ids = ids;
  }

  @Override
  public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> client) {
    if (request.getTTL() > FrontLimits.MAX_LEASE_TTL_SECONDS) {
      client.onError(EtcdError.LEASE_TTL_TOO_LARGE.asException());
      return;
    }
    long id = request.getID() == 0 ? ids.getAsLong() : request.getID();
    long ttl = Math.max(request.getTTL(), limits.minLeaseTtlSeconds());
    Replies.whenDone(
        gate.propose(new Command.LeaseGrant(id, ttl), quota::propose),
        LeaseGrantResponse.class,
        client);
  }

  @Override
  public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> client) {
    Replies.whenDone(
        gate.propose(new Command.LeaseRevoke(request.getID())), LeaseRevokeResponse.class, client);
  }

  @Override
  public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
      StreamObserver<LeaseKeepAliveResponse> client) {
    return new StreamObserver<>() {
      private boolean failed;

      @Override
      public void onNext(LeaseKeepAliveRequest request) {
        if (failed) {
          return;
        }
        try {
          checkRenewal(request.getID());
          long ttl = fromLeader(new PeerMessage.LeaseRenew(request.getID()));
          client.onNext(
              LeaseKeepAliveResponse.newBuilder()
                  .setHeader(header())
                  .setID(request.getID())
                  .setTTL(ttl)
                  .build());
        } catch (RuntimeException e) {
          failed = true;
          Replies.fail(e, client);
        }
      }

      @Override
      public void onError(Throwable broken) {
        failed = true;
      }

      @Override
      public void onCompleted() {
        if (!failed) {
          client.onCompleted();
        }
      }
    };
  }

  private void checkRenewal(long lease) {
    try (StoreView view = node.store().view()) {
      Access access = gate.access(view);
      access.somebody();
      access.leaseWrites(lease);
    }
  }

  @Override
  public void leaseTimeToLive(
      LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> client) {
    Replies.now(
        () -> {
          Replies.await(node.reads().barrier());
          LeaseTimeToLiveResponse.Builder response =
              LeaseTimeToLiveResponse.newBuilder().setHeader(header()).setID(request.getID());
          try (StoreView view = node.store().view()) {
            if (request.getKeys()) {
              gate.access(view).leaseReads(request.getID());
            }
            LeaseTable.Lease lease = view.lease(request.getID());
            if (lease == null) {
              return response.setTTL(-1).build();
            }
            long millis = fromLeader(new PeerMessage.LeaseRemaining(request.getID()));
            if (request.getKeys()) {
              response.addAllKeys(view.leaseKeys(request.getID()));
            }
            return response
                .setTTL(millis < 0 ? -1 : TimeUnit.MILLISECONDS.toSeconds(millis))
                .setGrantedTTL(lease.ttlSeconds())
                .build();
          }
        },
        client);
  }

  @Override
  public void leaseLeases(LeaseLeasesRequest request, StreamObserver<LeaseLeasesResponse> client) {
    Replies.now(
        () -> {
          Replies.await(node.reads().barrier());
          LeaseLeasesResponse.Builder response =
              LeaseLeasesResponse.newBuilder().setHeader(header());
          try (StoreView view = node.store().view()) {
            Access access = gate.access(view);
            for (LeaseTable.Lease lease : view.leases()) {
              access.leaseReads(lease.id());
              response.addLeases(LeaseStatus.newBuilder().setID(lease.id()));
            }
          }
          return response.build();
        },
        client);
  }

  /** Answers another member, or this one: as {@link PeerMessage} says, in 8 bytes. May block. */
  public byte[] answer(PeerMessage message) {
    return ByteBuffer.allocate(Long.BYTES).putLong(ask(message)).array();
  }

  private long ask(PeerMessage message) {
    if (!lessor.leads()) {
      return NOT_LEADER;
    }
    return switch (message) {
      case PeerMessage.LeaseRenew renew -> {
        long ttl = lessor.renew(renew.id());
        if (ttl == 0) {
          // Granted elsewhere a moment ago, perhaps, and not applied here yet.
          Replies.await(node.reads().barrier());
          ttl = lessor.renew(renew.id());
        }
        yield ttl;
      }
      case PeerMessage.LeaseRemaining remaining -> lessor.remainingMillis(remaining.id());
      case PeerMessage.Forward _,
          PeerMessage.CheckpointOpen _,
          PeerMessage.CheckpointRead _,
          PeerMessage.CheckpointClose _,
          PeerMessage.Term _,
          PeerMessage.Confirm _,
          PeerMessage.Refused _,
          PeerMessage.Standing _,
          PeerMessage.ChangeMembers _,
          PeerMessage.Applied _ ->
          throw new IllegalArgumentException("not about leases: " + message);
    };
  }

  /** Asks the leader, whoever it is, until it answers or the time is over. */
  private long fromLeader(PeerMessage message) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASK_TIMEOUT_SECONDS);
    while (true) {
      Role role = node.role();
      long answer = role.hasLeader() ? askMember(role, message) : NOT_LEADER;
      if (answer != NOT_LEADER) {
        return answer;
      }
      if (System.nanoTime() - end > 0) {
        throw new RefusedException(role.hasLeader() ? EtcdError.TIMEOUT : EtcdError.NO_LEADER);
      }
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException(EtcdError.CANCELED);
      }
    }
  }

  private long askMember(Role role, PeerMessage message) {
    if (role.leader() == role.self()) {
      return ask(message);
    }
    try {
      return node.ask(role.leader(), message).get(ASK_TIMEOUT_SECONDS, TimeUnit.SECONDS).getLong();
    } catch (ExecutionException | TimeoutException e) {
      // The leader may be gone: look for the next one.
      return NOT_LEADER;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(EtcdError.CANCELED);
    }
  }

  private ResponseHeader header() {
    StoreState state = node.store().state();
    return node.store().ids().header(state.revision(), state.appliedTerm());
  }
}
