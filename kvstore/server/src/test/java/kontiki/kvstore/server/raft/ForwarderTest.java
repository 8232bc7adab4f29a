package kontiki.kvstore.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A forwarder whose leader answers, or does not, as the test says. */
class ForwarderTest {
  private static final Role FOLLOWER = new Role(3, 2, 1, false);
  private static final Exception LOST = new IllegalStateException("the connection was closed");
  private static final Exception NEVER_SENT = new ConnectException("refused");

  private final Queue<CompletableFuture<ByteBuffer>> answers = new ArrayDeque<>();
  private volatile Role role = FOLLOWER;

  @Test
  void anEntryWhoseAnswerWasLostIsHandedOverAgain() throws Exception {
    answers.addAll(List.of(failed(LOST), failed(NEVER_SENT), answer(Fate.COMMITTED)));
    assertThat(forward(Duration.ofMinutes(1))).isEqualTo(Fate.COMMITTED);
    assertThat(answers).isEmpty();
  }

  @Test
  void anotherLeaderIsNotAskedAboutALostAnswer() throws Exception {
    role = new Role(4, 3, 1, false);
    answers.add(failed(LOST));
    assertThat(forward(Duration.ofMinutes(1))).isEqualTo(Fate.UNKNOWN);
  }

  @Test
  void whatWasNeverSentWasNotProposed() throws Exception {
    role = new Role(4, 3, 1, false);
    answers.add(failed(NEVER_SENT));
    assertThat(forward(Duration.ofMinutes(1))).isEqualTo(Fate.NOT_PROPOSED);
  }

  @Test
  void onceItMayHaveBeenSentItStaysUnknown() throws Exception {
    answers.addAll(List.of(failed(LOST), failed(NEVER_SENT)));
    Forwarder forwarder =
        new Forwarder(
            (_, _) -> {
              role = answers.size() == 1 ? new Role(4, 3, 1, false) : FOLLOWER;
              return answers.remove();
            },
            () -> role,
            Duration.ofMillis(1),
            Duration.ofMinutes(1));
    assertThat(forwarder.forward(new byte[1], FOLLOWER).get(10, TimeUnit.SECONDS))
        .isEqualTo(Fate.UNKNOWN);
    assertThat(answers).isEmpty();
  }

  @Test
  void aLeaderThatNeverAnswersIsNotAskedForEver() throws Exception {
    answers.add(failed(LOST));
    assertThat(forward(Duration.ZERO)).isEqualTo(Fate.UNKNOWN);
  }

  private Fate forward(Duration timeout) throws Exception {
    return new Forwarder((_, _) -> answers.remove(), () -> role, Duration.ofMillis(1), timeout)
        .forward(new byte[1], FOLLOWER)
        .get(10, TimeUnit.SECONDS);
  }

  private static CompletableFuture<ByteBuffer> failed(Exception cause) {
    return CompletableFuture.failedFuture(cause);
  }

  private static CompletableFuture<ByteBuffer> answer(Fate fate) {
    return CompletableFuture.completedFuture(ByteBuffer.wrap(new byte[] {fate.code()}));
  }
}
