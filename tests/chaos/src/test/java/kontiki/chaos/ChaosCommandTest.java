package kontiki.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import kontiki.chaos.history.Change;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.HistoryFile;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command says of recorded runs, and how it exits. */
class ChaosCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aRunInWhichTheStoreAnsweredIsGood() throws IOException {
    assertThat(check(60, 0)).as("%s", out).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString()).contains("60 of 60 calls acknowledged");
  }

  @Test
  void aRunInWhichItHardlyAnsweredIsNot() throws IOException {
    assertThat(check(2, 60)).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("error: ")
        .contains("work: only 2 of 62 calls acknowledged");
  }

  /** A run without a fault of the store, judged again. */
  private int check(int acknowledged, int unanswered) throws IOException {
    Path path = directory.resolve("history.jsonl");
    try (HistoryFile file = HistoryFile.create(path)) {
      file.append(new Event.WatchOpened(0, 1, 2, "here"));
      for (int n = 0; n < acknowledged + unanswered; n++) {
        Change change = new Change(2 + n, Change.Kind.PUT, "k" + n, "v");
        file.append(new Event.Invoked(0, n, new Operation.Put("k" + n, "v")));
        boolean answered = n < acknowledged;
        file.append(
            new Event.Returned(
                0, n, answered ? new Outcome.Written(2 + n) : new Outcome.Failed("no leader")));
        if (answered) {
          file.append(new Event.WatchSaw(0, 1, change));
          file.append(new Event.Logged(0, change));
        }
      }
      long end = 1 + acknowledged;
      file.append(new Event.WatchProgressed(0, 1, end));
      file.append(new Event.LogEnded(0, end));
    }
    return new CommandLine(new ChaosCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute("check", path.toString());
  }
}
