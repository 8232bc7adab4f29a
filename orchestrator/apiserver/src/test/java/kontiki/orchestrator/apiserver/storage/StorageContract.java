package kontiki.orchestrator.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kontiki.orchestrator.apiserver.storage.Storage.Entry;
import kontiki.orchestrator.apiserver.storage.Storage.Event;
import kontiki.orchestrator.apiserver.storage.Storage.Page;
import kontiki.orchestrator.apiserver.storage.Storage.WatchEnd;
import kontiki.orchestrator.apiserver.storage.Storage.WriteResult;
import org.junit.jupiter.api.Test;

/** What every storage must do; run on the one in memory and on real stores. */
public abstract class StorageContract {
  private static final long WAIT_SECONDS = 20;

  /** A storage of which no key begins with the test's prefix. */
  protected abstract Storage storage();

  /** A prefix for one test alone, ending in '/'. */
  protected abstract String prefix();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Entry entry) {
    return new String(entry.value(), StandardCharsets.UTF_8);
  }

  private long written(WriteResult result) {
    assertThat(result).isInstanceOf(WriteResult.Written.class);
    return ((WriteResult.Written) result).revision();
  }

  private long create(String name, String value) {
    return written(storage().create(prefix() + name, bytes(value), Storage.FOREVER));
  }

  @Test
  void aKeyIsCreatedOnce() {
    long revision = create("a", "1");
    WriteResult again = storage().create(prefix() + "a", bytes("2"), Storage.FOREVER);
    assertThat(again)
        .isInstanceOfSatisfying(
            WriteResult.Conflict.class,
            conflict -> {
              assertThat(text(conflict.current())).isEqualTo("1");
              assertThat(conflict.current().revision()).isEqualTo(revision);
            });
    Storage.Lookup lookup = storage().get(prefix() + "a");
    assertThat(text(lookup.entry())).isEqualTo("1");
    assertThat(lookup.entry().revision()).isEqualTo(revision);
    assertThat(lookup.storeRevision()).isGreaterThanOrEqualTo(revision);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(storage().get(prefix() + "none").entry()).isNull();
    assertThat(storage().list(prefix(), "", 0, 0).entries()).isEmpty();
    assertThat(storage().replace(prefix() + "none", bytes("x"), 7, Storage.FOREVER))
        .isEqualTo(new WriteResult.Conflict(null));
    assertThat(storage().delete(prefix() + "none", 7)).isEqualTo(new WriteResult.Conflict(null));
  }

  @Test
  void aReplacementNeedsTheExpectedRevision() {
    long first = create("a", "1");
    long second = written(storage().replace(prefix() + "a", bytes("2"), first, Storage.FOREVER));
    assertThat(second).isGreaterThan(first);
    assertThat(storage().replace(prefix() + "a", bytes("3"), first, Storage.FOREVER))
        .isInstanceOfSatisfying(
            WriteResult.Conflict.class,
            conflict -> assertThat(conflict.current().revision()).isEqualTo(second));
  }

  @Test
  void aDeletionNeedsTheExpectedRevision() {
    long first = create("a", "1");
    long second = written(storage().replace(prefix() + "a", bytes("2"), first, Storage.FOREVER));
    assertThat(storage().delete(prefix() + "a", first)).isInstanceOf(WriteResult.Conflict.class);
    assertThat(written(storage().delete(prefix() + "a", second))).isGreaterThan(second);
    assertThat(storage().get(prefix() + "a").entry()).isNull();
  }

  @Test
  void aListIsReadInPagesAtOneRevision() {
    for (int i = 0; i < 7; i++) {
      create("k" + i, "v" + i);
    }
    Page first = storage().list(prefix(), "", 3, 0);
    create("k9", "late");
    Page second = storage().list(prefix(), first.entries().getLast().key(), 3, first.revision());
    Page third = storage().list(prefix(), second.entries().getLast().key(), 3, first.revision());
    List<String> keys = new ArrayList<>();
    for (Page page : List.of(first, second, third)) {
      page.entries().forEach(entry -> keys.add(entry.key().substring(prefix().length())));
    }
    assertThat(keys).containsExactly("k0", "k1", "k2", "k3", "k4", "k5", "k6");
    assertThat(first.remaining()).isEqualTo(4);
    assertThat(third.remaining()).isZero();
    assertThat(storage().list(prefix(), "", 0, 0).entries()).hasSize(8);
  }

  @Test
  void aRevisionAheadIsRefused() {
    long ahead = storage().currentRevision() + 1_000_000;
    assertThatThrownBy(() -> storage().list(prefix(), "", 0, ahead))
        .isInstanceOf(FutureRevisionException.class);
  }

  @Test
  void anUpdateIsRepeatedUntilNobodyComesInBetween() {
    create("counter", "0");
    List<Integer> attempts = new ArrayList<>();
    Entry written =
        storage()
            .guaranteedUpdate(
                prefix() + "counter",
                null,
                Storage.FOREVER,
                entry -> {
                  attempts.add(1);
                  if (attempts.size() == 1) {
                    written(
                        storage()
                            .replace(entry.key(), bytes("5"), entry.revision(), Storage.FOREVER));
                  }
                  int next = Integer.parseInt(text(entry)) + 1;
                  return new Entry(entry.key(), bytes("" + next), entry.revision());
                });
    assertThat(text(written)).isEqualTo("6");
    assertThat(attempts).hasSize(2);
  }

  /** Collects what a watch reports. */
  private static final class Collector implements Storage.Listener {
    final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();

    @Override
    public void changed(List<Event> events, long revision) {
      reports.addAll(events);
    }

    @Override
    public void ended(WatchEnd end) {
      reports.add(end);
    }

    <T> T next(Class<T> type) throws InterruptedException {
      Object report = reports.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(report).isInstanceOf(type);
      return type.cast(report);
    }
  }

  @Test
  void aWatchReportsEveryChangeAfterItsStart() throws InterruptedException {
    long first = create("a", "1");
    long second = written(storage().replace(prefix() + "a", bytes("2"), first, Storage.FOREVER));
    Collector collector = new Collector();
    Storage.Watch watch = storage().watch(prefix(), first, collector);
    try (watch) {
      long third = create("b", "3");
      long fourth = written(storage().delete(prefix() + "a", second));
      Event replaced = collector.next(Event.class);
      assertThat(replaced.revision()).isEqualTo(second);
      assertThat(replaced.value()).isEqualTo(bytes("2"));
      assertThat(collector.next(Event.class).revision()).isEqualTo(third);
      Event deleted = collector.next(Event.class);
      assertThat(deleted.isDeletion()).isTrue();
      assertThat(deleted.key()).isEqualTo(prefix() + "a");
      assertThat(deleted.revision()).isEqualTo(fourth);
    }
  }

  @Test
  void whatWasCompactedCanNeitherBeReadNorWatched() throws InterruptedException {
    long first = create("a", "1");
    long second = written(storage().replace(prefix() + "a", bytes("2"), first, Storage.FOREVER));
    long third = written(storage().replace(prefix() + "a", bytes("3"), second, Storage.FOREVER));
    storage().compact(third);
    assertThatThrownBy(() -> storage().list(prefix(), "", 0, first))
        .isInstanceOf(RevisionCompactedException.class);
    Collector collector = new Collector();
    Storage.Watch watch = storage().watch(prefix(), first - 1, collector);
    try (watch) {
      assertThat(collector.next(WatchEnd.Compacted.class).oldestRevision())
          .isGreaterThanOrEqualTo(third);
    }
  }
}
