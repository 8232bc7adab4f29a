package kontiki.kvstore.server.front;

import io.grpc.stub.StreamObserver;
import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.MemberAddRequest;
import kontiki.kvstore.api.pb.MemberAddResponse;
import kontiki.kvstore.api.pb.MemberListRequest;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.MemberPromoteRequest;
import kontiki.kvstore.api.pb.MemberPromoteResponse;
import kontiki.kvstore.api.pb.MemberRemoveRequest;
import kontiki.kvstore.api.pb.MemberRemoveResponse;
import kontiki.kvstore.api.pb.MemberUpdateRequest;
import kontiki.kvstore.api.pb.MemberUpdateResponse;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.raft.RaftNode;

/** Who the members are. The membership is that of the start; changing it is refused by name. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private final RaftNode node;
  private final Members members;

  public ClusterService(RaftNode node, Members members) {
    this.node = node;
    this.members = members;
  }

  @Override
  public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> client) {
    Replies.now(
        () -> {
          if (request.getLinearizable()) {
            Replies.await(node.reads().barrier());
          }
          try (StoreView view = node.store().view()) {
            return MemberListResponse.newBuilder()
                .setHeader(node.store().ids().header(0, view.state().appliedTerm()))
                .addAllMembers(members.list(view))
                .build();
          }
        },
        client);
  }

  @Override
  public void memberAdd(MemberAddRequest request, StreamObserver<MemberAddResponse> client) {
    Unimplemented.refuse("etcdserverpb.Cluster/MemberAdd", client);
  }

  @Override
  public void memberRemove(
      MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> client) {
    Unimplemented.refuse("etcdserverpb.Cluster/MemberRemove", client);
  }

  @Override
  public void memberUpdate(
      MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> client) {
    Unimplemented.refuse("etcdserverpb.Cluster/MemberUpdate", client);
  }

  @Override
  public void memberPromote(
      MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> client) {
    Unimplemented.refuse("etcdserverpb.Cluster/MemberPromote", client);
  }
}
