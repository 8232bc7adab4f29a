package kontiki.kvstore.mvcc;

import java.util.List;
import java.util.Optional;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.Member;

/** Changes the table of members as etcd does; a member that was removed never comes back. */
final class MembershipApplication {
  /** As etcd without {@code --max-learners}. */
  static final int MAX_LEARNERS = 1;

  private final EngineView view;
  private final WriteSet writes;

  MembershipApplication(EngineView view, WriteSet writes) {
    this.view = view;
    this.writes = writes;
  }

  void run(Command.ChangeMembers change) {
    switch (change.kind()) {
      case FOUND -> found(change.members());
      case ADD -> change.members().forEach(this::add);
      case REMOVE -> change.members().forEach(member -> remove(member.getID()));
      case PROMOTE -> change.members().forEach(member -> promote(member.getID()));
    }
  }

  /** What a member says of itself; what the cluster decided about it stays. */
  void publish(Member said) {
    Optional<Member> known = find(said.getID());
    if (known.isEmpty() && ClusterTable.isFounded(view)) {
      throw new RefusedException(EtcdError.MEMBER_NOT_FOUND);
    }
    ClusterTable.put(
        writes,
        known
            .map(member ->
                member.toBuilder()
                    .setName(said.getName())
                    .clearClientURLs()
                    .addAllClientURLs(said.getClientURLsList())
                    .build())
            .orElse(said));
  }

  private void found(List<Member> members) {
    if (ClusterTable.isFounded(view)) {
      return;
    }
    ClusterTable.found(writes);
    for (Member member : members) {
      List<String> clientUrls =
          find(member.getID()).map(said -> List.copyOf(said.getClientURLsList())).orElse(List.of());
      ClusterTable.put(writes, member.toBuilder().addAllClientURLs(clientUrls).build());
    }
  }

  private void add(Member member) {
    refuseRemoved(member.getID());
    if (find(member.getID()).isPresent()) {
      throw new RefusedException(EtcdError.MEMBER_EXIST);
    }
    List<Member> members = ClusterTable.members(view);
    if (members.stream()
        .flatMap(other -> other.getPeerURLsList().stream())
        .anyMatch(member.getPeerURLsList()::contains)) {
      throw new RefusedException(EtcdError.PEER_URL_EXIST);
    }
    if (member.getIsLearner()
        && members.stream().filter(Member::getIsLearner).count() >= MAX_LEARNERS) {
      throw new RefusedException(EtcdError.TOO_MANY_LEARNERS);
    }
    ClusterTable.put(writes, member);
  }

  private void remove(long id) {
    Member member = existing(id);
    ClusterTable.remove(writes, member.getID());
  }

  private void promote(long id) {
    Member member = existing(id);
    if (!member.getIsLearner()) {
      throw new RefusedException(EtcdError.MEMBER_NOT_LEARNER);
    }
    ClusterTable.put(writes, member.toBuilder().setIsLearner(false).build());
  }

  private Member existing(long id) {
    refuseRemoved(id);
    return find(id).orElseThrow(() -> new RefusedException(EtcdError.MEMBER_NOT_FOUND));
  }

  private void refuseRemoved(long id) {
    if (ClusterTable.isRemoved(view, id)) {
      throw new RefusedException(EtcdError.MEMBER_NOT_FOUND);
    }
  }

  private Optional<Member> find(long id) {
    return ClusterTable.members(view).stream().filter(member -> member.getID() == id).findFirst();
  }
}
