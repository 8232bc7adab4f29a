package kontiki.chaos.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kontiki.chaos.history.Change;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.History;

/**
 * Every watch saw, from the revision it asked for to the last it was told of, exactly the store's
 * changes: in order, each once, none missing, and none at or below a progress already promised.
 */
public final class WatchOrder implements Checker {

  /** What one watch has been told; {@code promised}: every change up to it must have come. */
  private static final class Told {
    final int watch;
    final long from;
    long promised;
    final List<Change> changes = new ArrayList<>();

    Told(Event.WatchOpened opened) {
      this.watch = opened.watch();
      this.from = opened.fromRevision();
      this.promised = opened.fromRevision() - 1;
    }
  }

  @Override
  public String name() {
    return "watches";
  }

  @Override
  public Verdict check(History history) {
    var log = history.log();
    if (!log.isComplete()) {
      return new Verdict.Undecided(name(), "the store's changes were never read to their end");
    }
    var problems = new ArrayList<String>();
    var watches = told(history, problems);
    int seen = 0;
    for (var watch : watches.values()) {
      compare(watch, log, problems);
      seen += watch.changes.size();
    }
    if (!problems.isEmpty()) {
      return new Verdict.Invalid(name(), problems.size() + " differences", problems);
    }
    if (seen == 0) {
      return new Verdict.Undecided(name(), "no watch was told of any change");
    }
    return new Verdict.Valid(name(), seen + " events on " + watches.size() + " watches");
  }

  private static Map<Integer, Told> told(History history, List<String> problems) {
    var watches = new TreeMap<Integer, Told>();
    int line = 0;
    for (var event : history.events()) {
      line++;
      if (event instanceof Event.WatchOpened opened) {
        watches.put(opened.watch(), new Told(opened));
      } else if (event instanceof Event.WatchSaw saw) {
        var watch = watches.get(saw.watch());
        if (watch == null || saw.change().revision() <= watch.promised) {
          problems.add(
              "line %d: watch %d saw %s, which it had been promised not to"
                  .formatted(line, saw.watch(), saw.change()));
        } else {
          watch.changes.add(saw.change());
        }
      } else if (event instanceof Event.WatchProgressed progressed) {
        var watch = watches.get(progressed.watch());
        if (watch != null) {
          watch.promised = Math.max(watch.promised, progressed.revision());
        }
      }
    }
    return watches;
  }

  private static void compare(Told watch, History.Log log, List<String> problems) {
    long last = watch.changes.stream().mapToLong(Change::revision).max().orElse(0);
    long end = Math.max(watch.promised, last);
    var expected =
        log.changes().stream()
            .filter(change -> change.revision() >= watch.from && change.revision() <= end)
            .toList();
    if (end > log.end()) {
      problems.add(
          "watch %d was told of revision %d, but the store ends at %d"
              .formatted(watch.watch, end, log.end()));
    }
    if (!expected.equals(watch.changes)) {
      problems.add("watch " + watch.watch + ": " + difference(expected, watch.changes));
    }
  }

  private static String difference(List<Change> expected, List<Change> seen) {
    int same = 0;
    while (same < Math.min(expected.size(), seen.size())
        && expected.get(same).equals(seen.get(same))) {
      same++;
    }
    if (same == seen.size()) {
      return "never saw " + expected.get(same);
    }
    return same == expected.size()
        ? "saw one too many: " + seen.get(same)
        : "saw " + seen.get(same) + " where " + expected.get(same) + " was next";
  }
}
