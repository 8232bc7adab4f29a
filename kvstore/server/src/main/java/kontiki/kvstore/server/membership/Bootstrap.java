package kontiki.kvstore.server.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.server.StartException;
import kontiki.kvstore.server.raft.PeerQuestions;

/**
 * Finds out who a member is before it starts: from its directory, from its flags, or from the
 * cluster that it joins. Refuses a member that has lost its directory: it has forgotten what it
 * voted for.
 */
public final class Bootstrap {
  private static final String JOINED = "joined";
  private static final Duration JOIN = Duration.ofSeconds(10);

  /** Others that start at the same time do not answer yet: nothing is waited for. */
  private static final Duration GLANCE = Duration.ofMillis(500);

  private final PeerQuestions questions;
  private final Path directory;
  private final Identity planned;

  /**
   * @param directory of the member, below its data directory
   * @param planned by the flags
   */
  public Bootstrap(PeerQuestions questions, Path directory, Identity planned) {
    this.questions = questions;
    this.directory = directory;
    this.planned = planned;
  }

  /**
   * @param existing the cluster runs already
   * @throws StartException this member cannot take part; says why and what to do
   */
  public Identity identify(boolean existing) throws IOException {
    Path joined = directory.resolve(JOINED);
    if (Files.exists(joined)) {
      return joined(Files.readAllBytes(joined));
    }
    boolean fresh = !Files.exists(directory);
    if (fresh && existing) {
      return join(joined);
    }
    if (fresh && planned.members().size() > 1) {
      questions
          .standing(planned.clusterId(), planned.self().getID(), others(), GLANCE)
          .map(Standing::decode)
          .ifPresent(standing -> refuseReturning(standing, planned.self()));
    }
    return planned;
  }

  /** What is said to a member that does not belong to the cluster any more. */
  static String removed(Member member) {
    return "member "
        + Long.toHexString(member.getID())
        + " ("
        + member.getName()
        + ") was removed from the cluster, for ever: delete its data directory; to take this"
        + " machine in again: kontiki kv member add NAME --peer-urls "
        + String.join(",", member.getPeerURLsList())
        + ", and start with --initial-cluster-state existing";
  }

  private Identity join(Path file) throws IOException {
    long clusterId =
        questions
            .cluster(others(), JOIN)
            .orElseThrow(() ->
                new StartException(
                    "--initial-cluster-state existing: no member of --initial-cluster answers: "
                        + others()));
    Standing standing =
        questions
            .standing(clusterId, 0, others(), JOIN)
            .map(Standing::decode)
            .filter(s -> s.cluster().getMembersCount() > 0)
            .orElseThrow(() ->
                new StartException(
                    "the members that answer do not know their cluster yet; start this one later"));
    Member self = self(standing.cluster()).orElseThrow(this::notExpected);
    if (self.getClientURLsCount() > 0) {
      refuseReturning(new Standing(Standing.State.STARTED, standing.cluster()), self);
    }
    byte[] bytes =
        standing.cluster().toBuilder()
            .setHeader(standing.cluster().getHeader().toBuilder().setClusterId(clusterId))
            .build()
            .toByteArray();
    Files.createDirectories(file.getParent());
    Path temporary = file.resolveSibling(JOINED + ".new");
    Files.write(temporary, bytes);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return joined(bytes);
  }

  private Identity joined(byte[] bytes) throws InvalidProtocolBufferException {
    MemberListResponse cluster = MemberListResponse.parseFrom(bytes);
    Member self = self(cluster).orElseThrow(this::notExpected);
    return new Identity(
        cluster.getHeader().getClusterId(),
        self.toBuilder().setName(planned.self().getName()).build(),
        cluster.getMembersList(),
        true);
  }

  private Optional<Member> self(MemberListResponse cluster) {
    return cluster.getMembersList().stream()
        .filter(member ->
            member.getPeerURLsList().stream().anyMatch(planned.self().getPeerURLsList()::contains))
        .findFirst();
  }

  private StartException notExpected() {
    return new StartException(
        "the cluster expects no member at "
            + String.join(", ", planned.self().getPeerURLsList())
            + "; first say: kontiki kv member add "
            + planned.self().getName()
            + " --peer-urls "
            + String.join(",", planned.self().getPeerURLsList()));
  }

  private static void refuseReturning(Standing standing, Member self) {
    switch (standing.state()) {
      case UNKNOWN, EXPECTED -> {}
      case REMOVED -> throw new StartException(removed(self));
      case STARTED ->
          throw new StartException(
              "member "
                  + self.getName()
                  + " has run in this cluster before, and its data directory is empty: it would"
                  + " have forgotten what it voted for. Say: kontiki kv member remove "
                  + Long.toHexString(self.getID())
                  + "; kontiki kv member add "
                  + self.getName()
                  + " --peer-urls "
                  + String.join(",", self.getPeerURLsList())
                  + "; and start it with --initial-cluster-state existing");
    }
  }

  private List<URI> others() {
    return planned.members().stream()
        .filter(member -> member.getID() != planned.self().getID())
        .map(member -> URI.create(member.getPeerURLs(0)))
        .toList();
  }
}
