package kontiki.kvstore.server.front;

import com.google.protobuf.MessageLite;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.ClusterGrpc;
import kontiki.kvstore.api.pb.Member;
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
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.mvcc.Command.ChangeMembers;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.server.membership.MemberIds;
import kontiki.kvstore.server.membership.Membership;
import kontiki.kvstore.server.raft.RaftNode;

/** Who the members are, and who shall be. Headers carry no revision, as etcd's. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private final RaftNode node;
  private final Membership membership;
  private final InstantSource clock;

  public ClusterService(RaftNode node, Membership membership, InstantSource clock) {
    this.node = node;
    this.membership = membership;
    this.clock = clock;
  }

  @Override
  public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> client) {
    Replies.now(
        () -> {
          if (request.getLinearizable()) {
            Replies.await(node.reads().barrier());
          }
          return MemberListResponse.newBuilder()
              .setHeader(header())
              .addAllMembers(membership.members())
              .build();
        },
        client);
  }

  @Override
  public void memberAdd(MemberAddRequest request, StreamObserver<MemberAddResponse> client) {
    List<String> urls = request.getPeerURLsList();
    if (!usable(urls)) {
      client.onError(EtcdError.MEMBER_BAD_URLS.asException());
      return;
    }
    Member added =
        Member.newBuilder()
            .setID(MemberIds.member(urls, Long.toString(clock.instant().getEpochSecond())))
            .addAllPeerURLs(urls.stream().sorted().toList())
            .setIsLearner(request.getIsLearner())
            .build();
    change(
        ChangeMembers.Kind.ADD,
        added,
        members ->
            MemberAddResponse.newBuilder()
                .setHeader(header())
                .setMember(added)
                .addAllMembers(members)
                .build(),
        client);
  }

  @Override
  public void memberRemove(
      MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> client) {
    change(
        ChangeMembers.Kind.REMOVE,
        Member.newBuilder().setID(request.getID()).build(),
        members ->
            MemberRemoveResponse.newBuilder().setHeader(header()).addAllMembers(members).build(),
        client);
  }

  @Override
  public void memberUpdate(
      MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> client) {
    Unimplemented.refuse(
        "etcdserverpb.Cluster/MemberUpdate: remove the member and add it with its new URL", client);
  }

  @Override
  public void memberPromote(
      MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> client) {
    change(
        ChangeMembers.Kind.PROMOTE,
        Member.newBuilder().setID(request.getID()).build(),
        members ->
            MemberPromoteResponse.newBuilder().setHeader(header()).addAllMembers(members).build(),
        client);
  }

  private <T extends MessageLite> void change(
      ChangeMembers.Kind kind,
      Member subject,
      Function<List<Member>, T> response,
      StreamObserver<T> client) {
    var unused =
        membership
            .change(new ChangeMembers(kind, List.of(subject)))
            .whenComplete((outcome, failure) -> {
              if (failure != null) {
                Replies.fail(failure, client);
                return;
              }
              switch (outcome) {
                case Outcome.Done done -> {
                  MemberListResponse members = (MemberListResponse) done.response();
                  client.onNext(response.apply(members.getMembersList()));
                  client.onCompleted();
                }
                case Outcome.Refused refused -> client.onError(refused.error().asException());
                case Outcome.Unanswered _ -> client.onError(EtcdError.LEADER_CHANGED.asException());
              }
            });
  }

  private ResponseHeader header() {
    return node.store().ids().header(0, node.store().state().appliedTerm());
  }

  private static boolean usable(List<String> urls) {
    for (String url : urls) {
      try {
        URI uri = new URI(url);
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
          return false;
        }
      } catch (URISyntaxException e) {
        return false;
      }
    }
    return !urls.isEmpty();
  }
}
