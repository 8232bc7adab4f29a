package kontiki.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {

  private static final List<Event> ONE_OF_EACH =
      List.of(
          new Event.Started(0, -7, "3 members\n\"quoted\""),
          new Event.Invoked(1, 1, new Operation.Get("k")),
          new Event.Returned(2, 1, new Outcome.Read(5, new Observation.Present("v", 4))),
          new Event.Invoked(3, 1, new Operation.Put("k", "ü")),
          new Event.Returned(4, 1, new Outcome.Written(6)),
          new Event.Invoked(5, 1, new Operation.CompareAndSet("k", "a", "b")),
          new Event.Returned(6, 1, new Outcome.Refused(6, Observation.ABSENT)),
          new Event.Invoked(7, 1, new Operation.Delete("k")),
          new Event.Returned(8, 1, new Outcome.Deleted(7, new Observation.Present("", 6))),
          new Event.Invoked(9, 1, new Operation.Get("k")),
          new Event.Returned(10, 1, new Outcome.Failed("refused")),
          new Event.Invoked(11, 1, new Operation.Get("k")),
          new Event.Returned(12, 1, new Outcome.Unknown("timeout")),
          new Event.Faulted(13, "kill m1"),
          new Event.WatchOpened(14, 2, 1, "https://127.0.0.1:1"),
          new Event.WatchSaw(15, 2, new Change(6, Change.Kind.PUT, "k", "v")),
          new Event.WatchProgressed(16, 2, 6),
          new Event.WatchClosed(17, 2, "cut"),
          new Event.Logged(18, new Change(7, Change.Kind.DELETE, "k", "")),
          new Event.LogEnded(19, 7));

  @TempDir Path directory;

  @Test
  void readsBackWhatItWrote() throws Exception {
    var path = directory.resolve("h.jsonl");
    try (var file = HistoryFile.create(path)) {
      ONE_OF_EACH.forEach(file::append);
    }
    assertThat(HistoryFile.read(path).events()).isEqualTo(ONE_OF_EACH);
    assertThat(Files.readAllLines(path)).hasSameSizeAs(ONE_OF_EACH);
  }

  @Test
  void keepsWhatIsThere() throws Exception {
    var path = directory.resolve("h.jsonl");
    Files.writeString(path, "mine");
    assertThatThrownBy(() -> HistoryFile.create(path))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(path).hasContent("mine");
  }

  @Test
  void leavesOutATornLastLineButNoOther() throws Exception {
    var path = directory.resolve("h.jsonl");
    String whole = HistoryCodec.print(ONE_OF_EACH.get(1));
    Files.writeString(path, whole + "\n" + whole.substring(0, 20));
    assertThat(HistoryFile.read(path).events()).containsExactly(ONE_OF_EACH.get(1));
    Files.writeString(path, "\n" + whole + "\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> HistoryFile.read(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("h.jsonl:2");
  }

  @Test
  void pairsInvocationsWithReturnsAndLeavesTheRestOpen() {
    var calls = new History(ONE_OF_EACH.subList(0, 4)).calls();
    assertThat(calls)
        .containsExactly(
            new Call(
                1,
                new Operation.Get("k"),
                1,
                2,
                new Outcome.Read(5, new Observation.Present("v", 4))),
            new Call(
                1,
                new Operation.Put("k", "ü"),
                3,
                Call.NEVER,
                new Outcome.Unknown("no answer was recorded")));
    assertThatThrownBy(() -> new History(ONE_OF_EACH.subList(2, 3)).calls())
        .hasMessageContaining("line 1");
  }
}
