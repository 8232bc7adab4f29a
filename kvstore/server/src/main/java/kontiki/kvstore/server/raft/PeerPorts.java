package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.grpc.Attributes;
import org.apache.ratis.thirdparty.io.grpc.ServerTransportFilter;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members' peer listeners, as {@link LeaderLoss} needs them. Safe for many threads. */
final class PeerPorts implements LeaderLoss.Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(PeerPorts.class);

  private static final int LISTEN_MILLIS = 100;

  private final Supplier<Role> role;
  private final Supplier<List<RaftMember>> members;
  private final long self;
  private final RaftGroupId group;
  private final RaftServer server;
  private final PeerLink link;

  /**
   * @param members those who vote, now
   */
  PeerPorts(
      Supplier<Role> role,
      Supplier<List<RaftMember>> members,
      long self,
      RaftGroupId group,
      RaftServer server,
      PeerLink link) {
    this.role = role;
    this.members = members;
    this.self = self;
    this.group = group;
    this.server = server;
    this.link = link;
  }

  /** Makes Ratis' listener call {@code closed} for each connection of another member that ends. */
  static void onClose(Parameters parameters, Runnable closed) {
    ServerTransportFilter filter =
        new ServerTransportFilter() {
          @Override
          public void transportTerminated(Attributes attributes) {
            closed.run();
          }
        };
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters, (builder, types) -> builder.addTransportFilter(filter));
  }

  @Override
  public Role role() {
    return role.get();
  }

  @Override
  public Collection<Long> others() {
    return members.get().stream().map(RaftMember::id).filter(id -> id != self).toList();
  }

  @Override
  public boolean refused(long member) {
    return members.get().stream()
        .filter(candidate -> candidate.id() == member)
        .anyMatch(candidate -> refused(candidate.address()));
  }

  /** A listener waits for a client's first words; what ends the connection before is none. */
  private static boolean refused(String address) {
    URI uri = URI.create("tcp://" + address);
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(LISTEN_MILLIS);
      socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), LISTEN_MILLIS);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException listens) {
      return false;
    } catch (IOException refused) {
      return !(refused instanceof UnknownHostException
          || refused instanceof NoRouteToHostException);
    }
  }

  @Override
  public CompletableFuture<Boolean> refusedFrom(long other, long member) {
    return link.ask(other, new PeerMessage.Refused(member)).thenApply(answer -> answer.get() == 1);
  }

  /** Ratis lets a follower stand at once only when its leader wishes so; this one is gone. */
  @Override
  public void stand(long leader, long term) {
    if (members.get().stream().noneMatch(member -> member.id() == self)) {
      // It has no vote, or none any more.
      return;
    }
    StartLeaderElectionRequestProto wish =
        StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(RaftMember.peerId(leader).toByteString())
                    .setReplyId(RaftMember.peerId(self).toByteString())
                    .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group)))
            .setLeaderLastEntry(TermIndexProto.newBuilder().setTerm(term))
            .build();
    try {
      boolean stands = server.startLeaderElection(wish).getServerReply().getSuccess();
      LOG.info("event=election term={} stands={}", term, stands);
    } catch (IOException notNow) {
      LOG.info("event=election term={} reason={}", term, notNow.toString());
    }
  }
}
