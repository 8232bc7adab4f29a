package kontiki.kvstore.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a member stands for election because nobody listens at the leader's address. */
class LeaderLossTest {
  private static final long LEADER = 3;
  private static final LeaderLoss.Limits LIMITS =
      new LeaderLoss.Limits(
          Duration.ofMillis(1), 3, Duration.ofSeconds(60), Duration.ofMillis(1), 2);

  private final Members members = new Members();
  private final LeaderLoss loss = new LeaderLoss(members, LIMITS, Runnable::run);

  @Test
  void itStandsOnceAMajorityIsRefusedAndAgainWhileNobodyLeads() {
    members.afterElection.add(new Role(8, 0, 2, false));
    loss.connectionClosed();
    assertThat(members.stood).containsExactly(new Stood(LEADER, 7), new Stood(LEADER, 8));
  }

  @Test
  void itStandsOnceWhereItWins() {
    members.afterElection.add(new Role(8, 2, 2, true));
    loss.connectionClosed();
    assertThat(members.stood).containsExactly(new Stood(LEADER, 7));
  }

  @Test
  void aProcessThatClosesItsSocketsOneAfterTheOtherIsLookedAtAgain() {
    members.afterElection.add(new Role(8, 2, 2, true));
    members.listens = 2;
    loss.connectionClosed();
    assertThat(members.stood).hasSize(1);
  }

  @Test
  void oneThatIsRefusedAloneIsCutOffAndDoesNotStand() {
    members.othersAreRefused = false;
    loss.connectionClosed();
    assertThat(members.looks).isEqualTo(LIMITS.looks());
    assertThat(members.stood).isEmpty();
  }

  @Test
  void aLeaderThatStillListensIsLeftAlone() {
    members.listens = LIMITS.looks();
    loss.connectionClosed();
    assertThat(members.looks).isEqualTo(LIMITS.looks());
    assertThat(members.stood).isEmpty();
  }

  @Test
  void theLeaderItselfDoesNotLook() {
    members.role = new Role(7, 2, 2, true);
    loss.connectionClosed();
    assertThat(members.looks).isZero();
  }

  @Test
  void anotherMembersElectionIsLeftAlone() {
    members.electedBeforeItsTurn = new Role(8, 1, 2, false);
    loss.connectionClosed();
    assertThat(members.looks).isEqualTo(1);
    assertThat(members.stood).isEmpty();
  }

  @Test
  void eachClosingIsLookedAtAnew() {
    members.listens = 2 * LIMITS.looks();
    loss.connectionClosed();
    loss.connectionClosed();
    assertThat(members.looks).isEqualTo(2 * LIMITS.looks());
  }

  private record Stood(long leader, long term) {}

  /** Members 1, 2 (this one) and 3, the leader. */
  private static final class Members implements LeaderLoss.Cluster {
    private final List<Stood> stood = new ArrayList<>();
    private final Deque<Role> afterElection = new ArrayDeque<>();
    private Role role = new Role(7, LEADER, 2, false);
    private Role electedBeforeItsTurn;
    private boolean othersAreRefused = true;
    private int listens;
    private int looks;

    @Override
    public Role role() {
      return role;
    }

    @Override
    public Collection<Long> others() {
      return List.of(1L, LEADER);
    }

    @Override
    public boolean refused(long member) {
      assertThat(member).isEqualTo(LEADER);
      looks++;
      return looks > listens;
    }

    @Override
    public CompletableFuture<Boolean> refusedFrom(long other, long member) {
      assertThat(other).isEqualTo(1);
      assertThat(member).isEqualTo(LEADER);
      if (electedBeforeItsTurn != null) {
        role = electedBeforeItsTurn;
      }
      return CompletableFuture.completedFuture(othersAreRefused);
    }

    @Override
    public void stand(long leader, long term) {
      stood.add(new Stood(leader, term));
      if (!afterElection.isEmpty()) {
        role = afterElection.remove();
      }
    }
  }
}
