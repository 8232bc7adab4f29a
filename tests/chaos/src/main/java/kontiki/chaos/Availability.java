package kontiki.chaos;

import java.util.ArrayList;
import java.util.List;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Outcome;

/** How long the store did not answer after each fault: no property, a measurement. */
final class Availability {
  private Availability() {}

  /** For people: one line for each kind of fault that struck, with the longest silence. */
  static List<String> lines(History history) {
    var lines = new ArrayList<String>();
    var silences = new java.util.TreeMap<String, List<Double>>();
    var acknowledged = new ArrayList<Long>();
    for (var event : history.events()) {
      if (event instanceof Event.Returned returned
          && returned.outcome() instanceof Outcome.Acknowledged) {
        acknowledged.add(returned.nanos());
      }
    }
    var events = history.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof Event.Faulted fault) {
        long until = nextFault(events, i + 1);
        double silence = longestSilence(acknowledged, fault.nanos(), until);
        String kind = fault.fault().split(" ", 2)[0];
        silences.computeIfAbsent(kind, _ -> new ArrayList<>()).add(silence);
      }
    }
    silences.forEach((kind, seconds) ->
        lines.add(
            "after %-17s x%-3d longest time without an answer: worst %.2f s, mean %.2f s"
                .formatted(
                    kind,
                    seconds.size(),
                    seconds.stream().mapToDouble(d -> d).max().orElse(0),
                    seconds.stream().mapToDouble(d -> d).average().orElse(0))));
    return lines;
  }

  private static long nextFault(List<Event> events, int from) {
    for (int i = from; i < events.size(); i++) {
      if (events.get(i) instanceof Event.Faulted fault) {
        return fault.nanos();
      }
    }
    return Long.MAX_VALUE;
  }

  private static double longestSilence(List<Long> acknowledged, long from, long until) {
    long last = from;
    long longest = 0;
    for (long at : acknowledged) {
      if (at >= from && last < until) {
        longest = Math.max(longest, Math.min(at, until) - last);
        last = at;
      }
    }
    return longest / 1e9;
  }
}
