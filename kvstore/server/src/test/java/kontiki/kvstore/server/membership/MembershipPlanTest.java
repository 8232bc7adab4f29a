package kontiki.kvstore.server.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.server.raft.RaftGroupView;
import org.junit.jupiter.api.Test;

/** What a leader does next, from every kind of difference between the table and raft. */
class MembershipPlanTest {
  private static final long SELF = 1;

  @Test
  void nothingIsDoneWhereAllIsAsItShouldBeOrAChangeIsUnderWay() {
    assertThat(next(group(List.of(1L, 2L), List.of()), members(1, 2), Set.of()))
        .isEqualTo(new MembershipPlan.Nothing());
    assertThat(
            next(new RaftGroupView(List.of(1L, 2L), List.of(), true, true), members(1), Set.of(2L)))
        .isEqualTo(new MembershipPlan.Nothing());
    assertThat(next(group(List.of(1L), List.of()), List.of(), Set.of()))
        .isEqualTo(new MembershipPlan.Nothing());
  }

  @Test
  void aNewMemberIsTakenInOnlyWhenItRuns() {
    RaftGroupView group = group(List.of(1L, 2L), List.of());
    assertThat(next(group, members(1, 2, 3), Set.of())).isEqualTo(new MembershipPlan.Nothing());
    assertThat(next(group, members(1, 2, 3), Set.of(3L)))
        .isEqualTo(new MembershipPlan.Configure(List.of(1L, 2L, 3L), List.of()));
    assertThat(next(group, with(members(1, 2), learner(3)), Set.of(3L)))
        .isEqualTo(new MembershipPlan.Configure(List.of(1L, 2L), List.of(3L)));
  }

  @Test
  void oneThatWasRemovedGoesFirst() {
    assertThat(next(group(List.of(1L, 2L, 3L), List.of()), members(1, 3, 4), Set.of(4L)))
        .isEqualTo(new MembershipPlan.Configure(List.of(1L, 3L), List.of()));
    assertThat(next(group(List.of(1L), List.of(3L)), members(1), Set.of()))
        .isEqualTo(new MembershipPlan.Configure(List.of(1L), List.of()));
  }

  @Test
  void aLeaderThatWasRemovedLetsAnotherOneLead() {
    assertThat(next(group(List.of(1L, 2L, 3L), List.of()), members(3, 4), Set.of()))
        .isEqualTo(new MembershipPlan.HandOver(3));
  }

  @Test
  void aPromotedLearnerGetsItsVote() {
    assertThat(next(group(List.of(1L), List.of(2L)), members(1, 2), Set.of()))
        .isEqualTo(new MembershipPlan.Configure(List.of(1L, 2L), List.of()));
  }

  private static MembershipPlan next(RaftGroupView group, List<Member> table, Set<Long> present) {
    return MembershipPlan.next(group, table, present, SELF);
  }

  private static RaftGroupView group(List<Long> voters, List<Long> learners) {
    return new RaftGroupView(voters, learners, false, true);
  }

  private static List<Member> members(long... ids) {
    List<Member> members = new ArrayList<>();
    for (long id : ids) {
      members.add(Member.newBuilder().setID(id).build());
    }
    return members;
  }

  private static Member learner(long id) {
    return Member.newBuilder().setID(id).setIsLearner(true).build();
  }

  private static List<Member> with(List<Member> members, Member one) {
    List<Member> all = new ArrayList<>(members);
    all.add(one);
    return all;
  }
}
