package kontiki.kvstore.server.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.server.raft.RaftGroupView;

/**
 * What a leader does next to bring raft's configuration to what the table of members says: one
 * change of one member at a time. Pure.
 */
sealed interface MembershipPlan {
  /** All is as it should be, or a change is under way. */
  record Nothing() implements MembershipPlan {}

  /** This member must leave: another one has to lead first. */
  record HandOver(long to) implements MembershipPlan {}

  /** Make these the members of the raft group. */
  record Configure(List<Long> voters, List<Long> learners) implements MembershipPlan {}

  /**
   * @param table the members that there should be
   * @param present those among them who are not in the group, and have said that they run
   */
  static MembershipPlan next(
      RaftGroupView group, List<Member> table, Set<Long> present, long self) {
    if (group.changing() || table.isEmpty()) {
      return new Nothing();
    }
    Set<Long> wanted = MemberIds.of(table);
    for (long id : group.all()) {
      if (!wanted.contains(id)) {
        return id == self ? handOver(group, wanted, self) : without(group, id);
      }
    }
    for (Member member : table) {
      long id = member.getID();
      boolean promoted = !member.getIsLearner() && group.learners().contains(id);
      boolean joins = !group.all().contains(id) && present.contains(id);
      if (promoted || joins) {
        Configure rest = without(group, id);
        return member.getIsLearner()
            ? new Configure(rest.voters, with(rest.learners, id))
            : new Configure(with(rest.voters, id), rest.learners);
      }
    }
    return new Nothing();
  }

  private static MembershipPlan handOver(RaftGroupView group, Set<Long> wanted, long self) {
    return group.voters().stream()
        .filter(id -> id != self && wanted.contains(id))
        .findFirst()
        .<MembershipPlan>map(HandOver::new)
        .orElseGet(Nothing::new);
  }

  private static Configure without(RaftGroupView group, long id) {
    return new Configure(
        group.voters().stream().filter(other -> other != id).toList(),
        group.learners().stream().filter(other -> other != id).toList());
  }

  private static List<Long> with(List<Long> ids, long id) {
    List<Long> all = new ArrayList<>(ids);
    all.add(id);
    return all;
  }
}
