package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kontiki.kvstore.api.KvClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction by itself: the rules by a simulated clock, and one store that really does it. */
class AutoCompactionTest {
  private static final Duration TICK = Duration.ofSeconds(1);

  /** A store that writes one revision in a minute; when it was compacted, in minutes. */
  private record Compacted(long minute, long revision) {}

  @TempDir Path directory;

  @Test
  void anHourIsKeptAndLookedAtEverySixMinutes() {
    // Revision n + 1 was made in minute n; revs[0] of etcd's window of 11 looks, six minutes apart.
    assertThat(run(new Retention.Period(Duration.ofHours(1)), 200, 0))
        .startsWith(new Compacted(60, 1), new Compacted(120, 55), new Compacted(180, 115));
  }

  @Test
  void aLongPeriodWaitsOnceAndIsThenKeptEveryHour() {
    List<Compacted> compacted = run(new Retention.Period(Duration.ofHours(3)), 400, 0);
    assertThat(compacted).extracting(Compacted::minute).containsExactly(180L, 240L, 300L, 360L);
    assertThat(compacted).allSatisfy(c -> assertThat(c.minute - c.revision).isBetween(178L, 190L));
  }

  @Test
  void revisionsAreCountedEveryFiveMinutes() {
    assertThat(run(new Retention.Revisions(10), 21, 0))
        .containsExactly(new Compacted(10, 1), new Compacted(15, 6), new Compacted(20, 11));
  }

  @Test
  void onlyALeaderActsAndANewOneGoesOnWithTheAccount() {
    assertThat(run(new Retention.Period(Duration.ofHours(1)), 100, 100)).isEmpty();
    assertThat(run(new Retention.Period(Duration.ofHours(1)), 100, 80))
        .containsExactly(new Compacted(84, 19));
  }

  @Test
  void whatWasRefusedIsTriedAgainAtTheNextLook() {
    AutoCompaction compaction = new AutoCompaction(new Retention.Period(Duration.ofHours(1)), 0, 1);
    long due = 0;
    for (long minute = 1; minute <= 72; minute++) {
      due +=
          compaction.poll(Duration.ofMinutes(minute).toNanos(), 1 + minute, true).isPresent()
              ? 1
              : 0;
    }
    assertThat(due).isEqualTo(3);
  }

  @Test
  void theFlagsAreReadAsEtcdReadsThem() {
    assertThat(Retention.parse("periodic", "0")).isEqualTo(new Retention.Everything());
    assertThat(Retention.parse("periodic", "2")).isEqualTo(hours(2));
    assertThat(Retention.parse("periodic", "1h30m"))
        .isEqualTo(new Retention.Period(Duration.ofMinutes(90)));
    assertThat(Retention.parse("revision", "1000")).isEqualTo(new Retention.Revisions(1000));
    assertThatThrownBy(() -> Retention.parse("revision", "1h"))
        .hasMessageContaining("--auto-compaction-retention: \"1h\" is not a number of revisions");
    assertThatThrownBy(() -> Retention.parse("periodic", "-1"))
        .hasMessageContaining("is not a duration");
    assertThatThrownBy(() -> Retention.parse("sometimes", "1"))
        .hasMessageContaining("--auto-compaction-mode is periodic or revision, not sometimes");
  }

  @Test
  void aStoreCompactsItself() throws IOException, InterruptedException {
    EtcdConfig.Limits usual = EtcdConfig.Limits.DEFAULT;
    try (TestCluster cluster =
        new TestCluster(directory, 1)
            .with(usual.with(new Retention.Period(Duration.ofSeconds(2))))) {
      cluster.startAll();
      try (KvClient client = cluster.client(1)) {
        ByteString key = ByteString.copyFromUtf8("k");
        TestCluster.await(
            "a compaction",
            () -> {
              client.put(key, key);
              return cluster.server(1).node().store().state().compactRevision() > 1;
            });
      }
    }
  }

  private static Retention hours(int hours) {
    return new Retention.Period(Duration.ofHours(hours));
  }

  /**
   * @param leadsFrom minute
   */
  private static List<Compacted> run(Retention retention, int minutes, int leadsFrom) {
    AutoCompaction compaction = new AutoCompaction(retention, 0, 1);
    List<Compacted> all = new ArrayList<>();
    for (Duration now = TICK; now.toMinutes() < minutes; now = now.plus(TICK)) {
      long revision = 1 + now.toMinutes();
      OptionalLong due = compaction.poll(now.toNanos(), revision, now.toMinutes() >= leadsFrom);
      if (due.isPresent()) {
        all.add(new Compacted(now.toMinutes(), due.getAsLong()));
        compaction.done(now.toNanos(), due.getAsLong());
      }
    }
    return all;
  }
}
