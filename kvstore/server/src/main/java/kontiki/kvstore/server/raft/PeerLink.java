package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Asks other members, over Ratis' own connection between them. A question reaches the other's state
 * machine without touching its log. Nothing is retried. Safe for many threads.
 */
final class PeerLink implements AutoCloseable {
  private final RaftGroup group;
  private final RaftClient client;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  PeerLink(RaftGroup group, RaftProperties properties, Parameters parameters) {
    this.group = group;
    this.client =
        RaftClient.newBuilder()
            .setClientId(clientId)
            .setRaftGroup(group)
            .setProperties(properties)
            .setParameters(parameters)
            .build();
  }

  /** Completes with the answer, or exceptionally where none came. */
  CompletableFuture<ByteBuffer> ask(long member, PeerMessage message) {
    return ask(RaftPeerId.valueOf(RaftMember.peerName(member)), message);
  }

  /** Where to find these, beside those that are known already. */
  void know(List<RaftMember> members) {
    client.getClientRpc().addRaftPeers(members.stream().map(RaftMember::peer).toList());
  }

  CompletableFuture<ByteBuffer> ask(RaftPeerId peer, PeerMessage message) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(peer)
            .setGroupId(group.getGroupId())
            .setCallId(calls.incrementAndGet())
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(message.encode())))
            .setType(RaftClientRequest.staleReadRequestType(0))
            .build();
    return client
        .getClientRpc()
        .sendRequestAsyncUnordered(request)
        .thenApply(PeerLink::content)
        .whenComplete((answer, failure) -> {
          if (failure != null) {
            client.getClientRpc().handleException(peer, failure, false);
          }
        });
  }

  private static ByteBuffer content(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
    return reply.getMessage().getContent().asReadOnlyByteBuffer();
  }

  /** True where the question cannot have reached the other member. */
  static boolean neverSent(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
