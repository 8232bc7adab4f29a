package kontiki.kvstore.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.Outcome;
import org.junit.jupiter.api.Test;

/** The read index in a cluster whose other members answer when the test says so. */
class ReadIndexTest {
  private static final long SELF = 1;
  // Longer than a busy machine can hold up a test.
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final Outcome READ_NOW = Outcome.Unanswered.UNANSWERED;

  private final Members members = new Members();
  private final AppliedIndex applied = new AppliedIndex();
  private final ReadIndex reads = readIndex(ROUND, Duration.ofSeconds(60));

  @Test
  void aLeaderAnswersOnceAMajorityHasItsTerm() throws Exception {
    applied.advance(7);
    var read = reads.barrier();
    Question one = members.asked();
    Question two = members.asked();
    assertThat(read).isNotDone();
    one.answer(3);
    assertThat(read.get()).isEqualTo(READ_NOW);
    two.answer(3);
  }

  @Test
  void aMemberInALaterTermConfirmsNothing() throws Exception {
    applied.advance(7);
    var read = reads.barrier();
    members.asked().answer(4);
    members.asked().answer(4);
    // It asks again, and still knows nothing.
    Question again = members.asked();
    assertThat(read).isNotDone();
    members.asked().answer(4);
    again.answer(3);
    assertThat(read.get()).isEqualTo(READ_NOW);
  }

  @Test
  void aReadNeverUsesAConfirmationThatBeganBeforeIt() throws Exception {
    applied.advance(7);
    var first = reads.barrier();
    Question one = members.asked();
    Question two = members.asked();
    var second = reads.barrier();
    var third = reads.barrier();
    assertThat(members.questions).isEmpty();
    one.answer(3);
    two.answer(3);
    assertThat(first.get()).isEqualTo(READ_NOW);
    assertThat(second).isNotDone();
    members.asked().answer(3);
    assertThat(second.get()).isEqualTo(READ_NOW);
    assertThat(third.get()).isEqualTo(READ_NOW);
  }

  @Test
  void aTermThatEndedMeanwhileConfirmsNothing() throws Exception {
    applied.advance(7);
    var read = reads.barrier();
    Question one = members.asked();
    Question two = members.asked();
    members.role = new Role(4, 2, SELF, false);
    one.answer(3);
    two.answer(3);
    // Now it is a follower, and asks the leader.
    members.asked().answer(8);
    assertThat(read).isNotDone();
    applied.advance(8);
    assertThat(read.get()).isEqualTo(READ_NOW);
  }

  @Test
  void aReadWaitsForWhatWasCommittedWhenItCame() throws Exception {
    applied.advance(6);
    var read = reads.barrier();
    members.asked().answer(3);
    members.commitIndex = 99;
    members.asked().answer(3);
    assertThat(read).isNotDone();
    applied.advance(7);
    assertThat(read.get()).isEqualTo(READ_NOW);
  }

  @Test
  void aLoneMemberAsksNobody() throws Exception {
    members.voters = Voters.stable(List.of(SELF));
    applied.advance(7);
    assertThat(reads.barrier().get()).isEqualTo(READ_NOW);
    assertThat(members.questions).isEmpty();
  }

  @Test
  void aChangingMembershipIsConfirmedByBothMajorities() throws Exception {
    members.voters = new Voters(List.of(SELF, 4L, 5L), List.of(SELF, 2L, 3L));
    applied.advance(7);
    var read = reads.barrier();
    Map<Long, Question> asked = new TreeMap<>();
    for (int i = 0; i < 4; i++) {
      Question question = members.asked();
      asked.put(question.member(), question);
    }
    assertThat(asked).containsOnlyKeys(2L, 3L, 4L, 5L);
    // Three of five, but only itself of those before.
    asked.get(4L).answer(3);
    asked.get(5L).answer(3);
    assertThat(read).isNotDone();
    asked.get(3L).answer(3);
    assertThat(read.get()).isEqualTo(READ_NOW);
  }

  @Test
  void aLeaderThatVotesNoMoreDoesNotCountItself() throws Exception {
    members.voters = Voters.stable(List.of(2L, 3L, 4L));
    applied.advance(7);
    var read = reads.barrier();
    members.asked().answer(3);
    Question second = members.asked();
    Question third = members.asked();
    assertThat(read).isNotDone();
    second.answer(3);
    assertThat(read.get()).isEqualTo(READ_NOW);
    third.answer(3);
  }

  @Test
  void aMinorityWithoutAnAnswerIsRefusedInTime() throws Exception {
    applied.advance(7);
    var read = readIndex(Duration.ofMillis(20), Duration.ofMillis(30)).barrier();
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.Refused(EtcdError.TIMEOUT));
  }

  @Test
  void whatIsNeverAppliedIsRefusedInTime() throws Exception {
    members.voters = Voters.stable(List.of(SELF));
    assertThat(readIndex(ROUND, Duration.ofMillis(30)).barrier().get(10, TimeUnit.SECONDS))
        .isEqualTo(new Outcome.Refused(EtcdError.TIMEOUT));
  }

  private ReadIndex readIndex(Duration round, Duration timeout) {
    return new ReadIndex(
        members, applied, new ReadIndex.Limits(round, Duration.ofMillis(1), timeout));
  }

  private record Question(long member, CompletableFuture<Long> reply) {
    void answer(long value) {
      reply.complete(value);
    }
  }

  private static final class Members implements ReadIndex.Cluster {
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private volatile Role role = new Role(3, SELF, SELF, true);
    private volatile long commitIndex = 7;
    private volatile Voters voters = Voters.stable(List.of(SELF, 2L, 3L));

    Question asked() throws InterruptedException {
      Question question = questions.poll(10, TimeUnit.SECONDS);
      assertThat(question).isNotNull();
      return question;
    }

    @Override
    public Role role() {
      return role;
    }

    @Override
    public Voters voters() {
      return voters;
    }

    @Override
    public long commitIndex() {
      return commitIndex;
    }

    @Override
    public CompletableFuture<Long> termOf(long member) {
      return ask(member);
    }

    @Override
    public CompletableFuture<Long> askLeader(long leader) {
      return ask(leader);
    }

    private CompletableFuture<Long> ask(long member) {
      Question question = new Question(member, new CompletableFuture<>());
      questions.add(question);
      return question.reply();
    }
  }
}
