package kontiki.kvstore.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The proposer on a log that does what the test says. */
class ProposerTest {
  private static final long SELF = 1;
  private static final Outcome DONE = new Outcome.Done(PutResponse.getDefaultInstance());

  private final Log log = new Log();
  private Proposer proposer = proposer(limits(100, Duration.ofSeconds(60)));

  @AfterEach
  void close() {
    proposer.close();
  }

  @Test
  void theFirstRequestIsSentAtOnceAndOthersGatherMeanwhile() throws Exception {
    var first = proposer.propose(put("a"));
    Entry alone = log.take();
    assertThat(alone.commands()).hasSize(1);
    var second = proposer.propose(put("b"));
    var third = proposer.propose(put("c"));
    assertThat(log.entries).isEmpty();
    apply(alone, 1);
    assertThat(first.get()).isEqualTo(DONE);
    Entry together = log.take();
    assertThat(together.commands()).hasSize(2);
    apply(together, 1);
    assertThat(second.get()).isEqualTo(DONE);
    assertThat(third.get()).isEqualTo(DONE);
  }

  @Test
  void aRequestWhoseLeaderIsLostIsProposedAgainOnceItIsSureThatItNeverCounted() throws Exception {
    log.fate = Fate.UNKNOWN;
    var write = proposer.propose(put("a"));
    Entry lost = log.take();
    assertThat(lost.origin().term()).isEqualTo(1);
    log.role = new Role(2, SELF, SELF, true);
    proposer.wake();
    assertThat(log.entries.poll(50, TimeUnit.MILLISECONDS)).isNull();
    log.fate = Fate.COMMITTED;
    // A position of the new term was applied: the old entry can count no more.
    proposer.applied(2);
    Entry again = log.take();
    assertThat(again.origin().term()).isEqualTo(2);
    assertThat(again.commands()).isEqualTo(lost.commands());
    // Should the old entry be seen late, it is not taken for the new one.
    proposer.applied(lost.origin(), 2, List.of());
    assertThat(write).isNotDone();
    apply(again, 2);
    assertThat(write.get()).isEqualTo(DONE);
  }

  @Test
  void whatWasNotProposedIsProposedAgainAtOnce() throws Exception {
    log.fate = Fate.NOT_PROPOSED;
    var write = proposer.propose(put("a"));
    log.take();
    log.fate = Fate.COMMITTED;
    Entry again = log.take();
    while (!again.origin().equals(log.lastCommitted)) {
      again = log.take();
    }
    apply(again, 1);
    assertThat(write.get()).isEqualTo(DONE);
  }

  @Test
  void moreThanTheBoundIsRefused() throws Exception {
    proposer.close();
    proposer = proposer(limits(3, Duration.ofSeconds(60)));
    log.role = new Role(1, 0, SELF, false);
    List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(proposer.propose(put("k" + i)));
    }
    assertThat(proposer.propose(put("one more")).get())
        .isEqualTo(new Outcome.Refused(EtcdError.REQUEST_TOO_MANY_REQUESTS));
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void withoutALeaderARequestTimesOut() throws Exception {
    proposer.close();
    proposer = proposer(limits(3, Duration.ofMillis(50)));
    log.role = new Role(1, 0, SELF, false);
    assertThat(proposer.propose(put("a")).get(10, TimeUnit.SECONDS))
        .isEqualTo(new Outcome.Refused(EtcdError.TIMEOUT));
  }

  @Test
  void aLeadersOwnCommandDiesWithItsTerm()
      throws ExecutionException, InterruptedException, TimeoutException {
    log.role = new Role(2, SELF, SELF, true);
    assertThat(proposer.proposeAsLeader(put("a"), 1).get(10, TimeUnit.SECONDS))
        .isEqualTo(new Outcome.Refused(EtcdError.NOT_LEADER));
  }

  private void apply(Entry entry, long term) {
    proposer.applied(entry.origin(), term, entry.commands().stream().map(command -> DONE).toList());
  }

  private Proposer proposer(ProposerLimits limits) {
    Proposer started = new Proposer(log, limits, InstantSource.system());
    started.start();
    return started;
  }

  private static ProposerLimits limits(int maxPending, Duration timeout) {
    return new ProposerLimits(
        maxPending, 1 << 20, 2, 10, 1 << 16, 50, timeout, Duration.ofMillis(1));
  }

  private static Command put(String key) {
    return new Command.Put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  private static final class Log implements Route {
    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
    private volatile Role role = new Role(1, SELF, SELF, true);
    private volatile Fate fate = Fate.COMMITTED;
    private volatile Entry.Origin lastCommitted;

    @Override
    public Role role() {
      return role;
    }

    @Override
    public CompletableFuture<Fate> submit(byte[] entry, Role givenTo) {
      Fate now = fate;
      Entry decoded = Entry.decode(ByteString.copyFrom(entry));
      if (now == Fate.COMMITTED) {
        lastCommitted = decoded.origin();
      }
      entries.add(decoded);
      return CompletableFuture.completedFuture(now);
    }

    Entry take() throws InterruptedException {
      Entry entry = entries.poll(10, TimeUnit.SECONDS);
      assertThat(entry).isNotNull();
      return entry;
    }
  }
}
