package kontiki.kvstore.server.front;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmRequest;
import kontiki.kvstore.api.pb.AlarmResponse;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.api.pb.DefragmentRequest;
import kontiki.kvstore.api.pb.DefragmentResponse;
import kontiki.kvstore.api.pb.DowngradeInfo;
import kontiki.kvstore.api.pb.DowngradeRequest;
import kontiki.kvstore.api.pb.DowngradeResponse;
import kontiki.kvstore.api.pb.HashKVRequest;
import kontiki.kvstore.api.pb.HashKVResponse;
import kontiki.kvstore.api.pb.HashRequest;
import kontiki.kvstore.api.pb.HashResponse;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.MoveLeaderRequest;
import kontiki.kvstore.api.pb.MoveLeaderResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.SnapshotRequest;
import kontiki.kvstore.api.pb.SnapshotResponse;
import kontiki.kvstore.api.pb.StatusRequest;
import kontiki.kvstore.api.pb.StatusResponse;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreState;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.EtcdVersion;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.membership.Membership;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.Role;
import kontiki.kvstore.server.snapshot.Snapshots;
import kontiki.kvstore.server.snapshot.Snapshots.Snapshot;

/** What operators ask of one member. */
public final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
  private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(5);

  private final RaftNode node;
  private final AuthGate gate;
  private final Membership membership;
  private final Snapshots snapshots;
  private final Compaction compaction;
  private final SpaceQuota quota;

  public MaintenanceService(
      RaftNode node,
      AuthGate gate,
      Membership membership,
      Snapshots snapshots,
      Compaction compaction,
      SpaceQuota quota) {
    this.node = node;
    this.gate = gate;
    this.membership = membership;
    this.snapshots = snapshots;
    this.compaction = compaction;
    this.quota = quota;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> client) {
    Replies.now(
        () -> {
          Role role = node.role();
          MvccStore store = node.store();
          StoreState state = store.state();
          StatusResponse.Builder response =
              StatusResponse.newBuilder()
                  .setHeader(store.ids().header(state.revision(), role.term()))
                  .setVersion(EtcdVersion.SERVER)
                  .setStorageVersion(EtcdVersion.STORAGE)
                  .setDbSize(store.engine().sizeBytes())
                  .setDbSizeInUse(store.engine().sizeInUseBytes())
                  .setDbSizeQuota(quota.bytes())
                  .setDowngradeInfo(DowngradeInfo.getDefaultInstance())
                  .setLeader(role.leader())
                  .setIsLearner(membership.isLearner())
                  .setRaftTerm(role.term())
                  .setRaftIndex(Math.max(0, node.commitIndex()))
                  .setRaftAppliedIndex(Math.max(0, state.appliedIndex()));
          if (!role.hasLeader()) {
            response.addErrors(EtcdError.NO_LEADER.message());
          }
          try (StoreView view = store.view()) {
            view.alarms().forEach(alarm -> response.addErrors(alarmText(alarm)));
          }
          return response.build();
        },
        client);
  }

  @Override
  public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> client) {
    AlarmMember alarm =
        AlarmMember.newBuilder()
            .setAlarm(request.getAlarm())
            .setMemberID(request.getMemberID())
            .build();
    switch (request.getAction()) {
      case GET -> Replies.now(() -> alarms(request), client);
      case ACTIVATE -> setAlarm(alarm, true, client);
      case DEACTIVATE -> setAlarm(alarm, false, client);
      case UNRECOGNIZED ->
          client.onError(
              Status.INVALID_ARGUMENT
                  .withDescription("unknown alarm action " + request.getActionValue())
                  .asRuntimeException());
    }
  }

  /** Gives back space beside the requests: nothing stops meanwhile. */
  @Override
  public void defragment(DefragmentRequest request, StreamObserver<DefragmentResponse> client) {
    Replies.now(
        () -> {
          compaction.reaches(node.store().state().compactRevision()).join();
          node.store().reclaim();
          var unused = node.flush().join();
          quota.measure();
          return DefragmentResponse.getDefaultInstance();
        },
        client);
  }

  @Override
  public void hash(HashRequest request, StreamObserver<HashResponse> client) {
    Replies.now(
        () -> {
          try (StoreView view = node.store().view()) {
            return HashResponse.newBuilder()
                .setHeader(header(view.state()))
                .setHash(view.hashKv(0))
                .build();
          }
        },
        client);
  }

  @Override
  public void hashKV(HashKVRequest request, StreamObserver<HashKVResponse> client) {
    Replies.now(
        () -> {
          try (StoreView view = node.store().view()) {
            StoreState state = view.state();
            return HashKVResponse.newBuilder()
                .setHeader(header(state))
                .setHash(view.hashKv(request.getRevision()))
                .setCompactRevision(state.compactRevision())
                .setHashRevision(
                    request.getRevision() <= 0 ? state.revision() : request.getRevision())
                .build();
          }
        },
        client);
  }

  @Override
  public void moveLeader(MoveLeaderRequest request, StreamObserver<MoveLeaderResponse> client) {
    long target = request.getTargetID();
    if (!node.role().leads()) {
      client.onError(EtcdError.NOT_LEADER.asException());
      return;
    }
    if (!node.group().voters().contains(target)) {
      client.onError(EtcdError.BAD_LEADER_TRANSFEREE.asException());
      return;
    }
    var unused =
        node.transferLeadership(target, TRANSFER_TIMEOUT)
            .whenComplete((_, failure) -> {
              if (failure != null) {
                client.onError(EtcdError.TIMEOUT.asException());
                return;
              }
              client.onNext(MoveLeaderResponse.getDefaultInstance());
              client.onCompleted();
            });
  }

  @Override
  public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> client) {
    var out = (ServerCallStreamObserver<SnapshotResponse>) client;
    SnapshotStream stream;
    try (StoreView view = node.store().view()) {
      Snapshot snapshot = snapshots.take(view, membership.members());
      stream = new SnapshotStream(snapshot, header(view.state()), out);
    } catch (IOException | RuntimeException e) {
      Replies.fail(e, client);
      return;
    }
    out.setOnCancelHandler(stream::end);
    out.setOnReadyHandler(stream::pump);
    stream.pump();
  }

  @Override
  public void downgrade(DowngradeRequest request, StreamObserver<DowngradeResponse> client) {
    Replies.now(() -> DowngradeAnswers.answer(request, header(node.store().state())), client);
  }

  private AlarmResponse alarms(AlarmRequest request) {
    try (StoreView view = node.store().view()) {
      AlarmResponse.Builder response = AlarmResponse.newBuilder().setHeader(header(view.state()));
      view.alarms().stream().filter(alarm -> matches(alarm, request)).forEach(response::addAlarms);
      return response.build();
    }
  }

  private static boolean matches(AlarmMember alarm, AlarmRequest request) {
    boolean type = request.getAlarm() == AlarmType.NONE || alarm.getAlarm() == request.getAlarm();
    boolean member = request.getMemberID() == 0 || alarm.getMemberID() == request.getMemberID();
    return type && member;
  }

  private void setAlarm(AlarmMember alarm, boolean active, StreamObserver<AlarmResponse> client) {
    try {
      gate.requireAdmin();
    } catch (RefusedException e) {
      Replies.fail(e, client);
      return;
    }
    CompletableFuture<Outcome> done = gate.propose(new Command.SetAlarm(alarm, active));
    Replies.whenDone(done, AlarmResponse.class, client);
  }

  private ResponseHeader header(StoreState state) {
    return node.store().ids().header(state.revision(), state.appliedTerm());
  }

  /** As etcd prints an alarm. */
  private static String alarmText(AlarmMember alarm) {
    return "memberID:"
        + Long.toUnsignedString(alarm.getMemberID())
        + " alarm:"
        + alarm.getAlarm()
        + " ";
  }
}
