package kontiki.chaos.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A recorded run: immutable, in the order of its lines. */
public record History(List<Event> events) {

  public History {
    events = List.copyOf(events);
  }

  /**
   * The operations, in the order of their invocation.
   *
   * @throws IllegalArgumentException where a process returns without having asked, or asks twice
   */
  public List<Call> calls() {
    var calls = new ArrayList<Call>();
    var open = new HashMap<Integer, Call>();
    for (int line = 0; line < events.size(); line++) {
      switch (events.get(line)) {
        case Event.Invoked invoked -> {
          var call =
              new Call(
                  invoked.process(),
                  invoked.operation(),
                  line,
                  Call.NEVER,
                  new Outcome.Unknown("no answer was recorded"));
          if (open.put(invoked.process(), call) != null) {
            throw malformed(line, "process " + invoked.process() + " already has an open call");
          }
        }
        case Event.Returned returned -> {
          var call = open.remove(returned.process());
          if (call == null) {
            throw malformed(line, "process " + returned.process() + " has no open call");
          }
          calls.add(ended(call, line, returned.outcome()));
        }
        case Event.Started _,
            Event.Faulted _,
            Event.WatchOpened _,
            Event.WatchSaw _,
            Event.WatchProgressed _,
            Event.WatchClosed _,
            Event.Logged _,
            Event.LogEnded _ -> {}
      }
    }
    calls.addAll(open.values());
    calls.sort(Comparator.comparingLong(Call::invoked));
    return calls;
  }

  private static Call ended(Call call, int line, Outcome outcome) {
    long returned = outcome instanceof Outcome.Unknown ? Call.NEVER : line;
    return new Call(call.process(), call.operation(), call.invoked(), returned, outcome);
  }

  /** The store's own record of changes, as read at the end of the run, and how far it reaches. */
  public Log log() {
    var changes = new ArrayList<Change>();
    long end = 0;
    for (var event : events) {
      if (event instanceof Event.Logged logged) {
        changes.add(logged.change());
      } else if (event instanceof Event.LogEnded ended) {
        end = ended.revision();
      }
    }
    return new Log(List.copyOf(changes), end);
  }

  /** Changes from revision 2 to {@code end}; {@code end} 0 where it was never read. */
  public record Log(List<Change> changes, long end) {

    public boolean isComplete() {
      return end > 0;
    }

    public Map<Long, List<Change>> byRevision() {
      var map = new HashMap<Long, List<Change>>();
      for (var change : changes) {
        map.computeIfAbsent(change.revision(), _ -> new ArrayList<>()).add(change);
      }
      return map;
    }
  }

  private static IllegalArgumentException malformed(int line, String what) {
    return new IllegalArgumentException("history line " + (line + 1) + ": " + what);
  }
}
