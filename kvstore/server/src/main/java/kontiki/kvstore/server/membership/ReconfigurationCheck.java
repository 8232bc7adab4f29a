package kontiki.kvstore.server.membership;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.mvcc.Command.ChangeMembers;
import kontiki.kvstore.server.raft.PeerMessage;
import kontiki.kvstore.server.raft.RaftNode;
import org.jspecify.annotations.Nullable;

/**
 * Refuses changes that could cost the cluster its majority, by etcd's rules
 * (strict-reconfig-check): enough members must have been started, and enough must answer now.
 * Blocks the caller.
 */
final class ReconfigurationCheck {
  /** So much of the leader's log must a learner have to be promoted. */
  private static final double READY = 0.9;

  private final RaftNode node;
  private final long self;
  private final Duration patience;

  ReconfigurationCheck(RaftNode node, long self, Duration patience) {
    this.node = node;
    this.self = self;
    this.patience = patience;
  }

  /** Null where the change may be proposed. */
  @Nullable EtcdError refusal(ChangeMembers change, List<Member> members) {
    Member subject = change.members().getFirst();
    Optional<Member> known =
        members.stream().filter(member -> member.getID() == subject.getID()).findFirst();
    List<Member> voters = members.stream().filter(member -> !member.getIsLearner()).toList();
    return switch (change.kind()) {
      case FOUND -> null;
      case ADD -> refusalToAdd(subject, voters, members);
      // What is not there, or is no learner, is refused when it is applied.
      case REMOVE ->
          known.isEmpty() || known.get().getIsLearner() ? null : refusalToRemove(subject, voters);
      case PROMOTE ->
          known.isEmpty() || !known.get().getIsLearner() ? null : refusalToPromote(subject, voters);
    };
  }

  private @Nullable EtcdError refusalToAdd(
      Member added, List<Member> voters, List<Member> members) {
    if (node.group().changing() || !MemberIds.of(members).containsAll(node.group().all())) {
      // Raft still counts one that was removed, perhaps at the very address of the new one.
      return EtcdError.UNHEALTHY;
    }
    long started = voters.stream().filter(ReconfigurationCheck::isStarted).count();
    int after = voters.size() + 1;
    boolean lone = started == 1 && after == 2;
    if (!added.getIsLearner() && !lone && started < after / 2 + 1) {
      return EtcdError.MEMBER_NOT_ENOUGH_STARTED;
    }
    // The new one counts as away.
    return voters.size() == 1 || answering(voters).size() >= after / 2 + 1
        ? null
        : EtcdError.UNHEALTHY;
  }

  private @Nullable EtcdError refusalToRemove(Member removed, List<Member> voters) {
    List<Member> rest =
        voters.stream().filter(member -> member.getID() != removed.getID()).toList();
    if (rest.stream().filter(ReconfigurationCheck::isStarted).count() < rest.size() / 2 + 1) {
      return EtcdError.MEMBER_NOT_ENOUGH_STARTED;
    }
    Set<Long> active = answering(voters);
    if (!active.contains(removed.getID())) {
      return null;
    }
    return active.size() - 1 < rest.size() / 2 + 1 ? EtcdError.UNHEALTHY : null;
  }

  private @Nullable EtcdError refusalToPromote(Member learner, List<Member> voters) {
    long started = 1 + voters.stream().filter(ReconfigurationCheck::isStarted).count();
    Optional<Long> applied =
        ask(List.of(learner), new PeerMessage.Applied()).values().stream()
            .map(ByteBuffer::getLong)
            .findFirst();
    if (!node.group().learners().contains(learner.getID())
        || applied.isEmpty()
        || applied.get() < READY * node.commitIndex()) {
      return EtcdError.LEARNER_NOT_READY;
    }
    return started < (voters.size() + 1) / 2 + 1 ? EtcdError.MEMBER_NOT_ENOUGH_STARTED : null;
  }

  private Set<Long> answering(List<Member> members) {
    Set<Long> answering = new TreeSet<>(ask(members, new PeerMessage.Term()).keySet());
    if (members.stream().anyMatch(member -> member.getID() == self)) {
      answering.add(self);
    }
    return answering;
  }

  private Map<Long, ByteBuffer> ask(List<Member> members, PeerMessage question) {
    Map<Long, CompletableFuture<ByteBuffer>> asked = new TreeMap<>();
    for (Member member : members) {
      if (member.getID() != self) {
        asked.put(
            member.getID(),
            node.ask(member.getID(), question)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS));
      }
    }
    Map<Long, ByteBuffer> answers = new TreeMap<>();
    asked.forEach((id, answer) ->
        answer
            .handle((content, failure) -> failure == null ? answers.put(id, content) : null)
            .join());
    return answers;
  }

  private static boolean isStarted(Member member) {
    return member.getClientURLsCount() > 0;
  }
}
