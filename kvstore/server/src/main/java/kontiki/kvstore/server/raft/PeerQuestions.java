package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/**
 * Asks members, known only by their addresses, before this one takes part. Whoever answers first
 * counts. Safe for many threads; each call blocks.
 */
public final class PeerQuestions {
  private final RaftProperties properties;
  private final Parameters parameters;
  private final Executor background;

  /**
   * @param security Ratis' parameters with the TLS configuration in them
   */
  public PeerQuestions(
      Path directory, RaftSettings settings, Parameters security, Executor background) {
    this.properties = RatisProperties.of(directory, "localhost", 0, settings);
    this.parameters = PromptRpc.with(security, new Commits());
    this.background = background;
  }

  /** The id of the cluster; empty where nobody said it in time. */
  public Optional<Long> cluster(List<URI> members, Duration patience) {
    return first(members, patience, this::clusterOf);
  }

  /** The answer to {@link PeerMessage.Standing}; empty where nobody answered in time. */
  public Optional<ByteBuffer> standing(
      long clusterId, long member, List<URI> members, Duration patience) {
    return first(members, patience, address -> standing(clusterId, member, address));
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask(RaftPeer peer) throws IOException;
  }

  private <T> Optional<T> first(List<URI> members, Duration patience, Question<T> question) {
    List<CompletableFuture<Optional<T>>> asked = new ArrayList<>();
    CompletableFuture<Optional<T>> found = new CompletableFuture<>();
    for (URI member : members) {
      // The other's raft id is not known yet: Ratis goes by the address.
      RaftPeer peer =
          RaftPeer.newBuilder()
              .setId("asked-" + member.getPort())
              .setAddress(member.getHost() + ":" + member.getPort())
              .build();
      asked.add(CompletableFuture.supplyAsync(() -> answer(peer, question, found), background));
    }
    var unused =
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
            .thenRun(() -> found.complete(Optional.empty()));
    return found
        .completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static <T> Optional<T> answer(
      RaftPeer peer, Question<T> question, CompletableFuture<Optional<T>> found) {
    try {
      Optional<T> answer = Optional.of(question.ask(peer));
      found.complete(answer);
      return answer;
    } catch (IOException | RuntimeException e) {
      // It does not run, or not yet: another one may.
      return Optional.empty();
    }
  }

  private long clusterOf(RaftPeer peer) throws IOException {
    RaftGroup any = RaftGroup.valueOf(RaftGroupId.randomId(), List.of(peer));
    try (RaftClient client = client(any)) {
      List<RaftGroupId> groups = client.getGroupManagementApi(peer.getId()).list().getGroupIds();
      if (groups.isEmpty()) {
        throw new IOException("no group");
      }
      return groups.getFirst().getUuid().getMostSignificantBits();
    }
  }

  private ByteBuffer standing(long clusterId, long member, RaftPeer peer) throws IOException {
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.valueOf(new UUID(clusterId, 0)), List.of(peer));
    try (PeerLink link = new PeerLink(group, properties, parameters)) {
      return link.ask(peer.getId(), new PeerMessage.Standing(member)).join();
    }
  }

  private RaftClient client(RaftGroup group) {
    return RaftClient.newBuilder()
        .setClientId(ClientId.randomId())
        .setRaftGroup(group)
        .setProperties(properties)
        .setParameters(parameters)
        .build();
  }
}
