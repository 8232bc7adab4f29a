package kontiki.chaos.checker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kontiki.chaos.history.Call;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/**
 * Whether every key's calls have one order that explains all answers and respects real time. Keys
 * are searched one by one (linearizability is local: Herlihy and Wing). Past its time or memory
 * limit the verdict is undecided, never valid.
 */
public final class Linearizability<S> implements Checker {

  private static final int EVIDENCE_CALLS = 6;

  /** When to give up. */
  public record Limits(Duration time, int configurationsPerKey) {
    public static final Limits DEFAULT = new Limits(Duration.ofMinutes(2), 1_000_000);
  }

  private final Model<S> model;
  private final InstantSource clock;
  private final Limits limits;

  public Linearizability(Model<S> model, InstantSource clock, Limits limits) {
    this.model = model;
    this.clock = clock;
    this.limits = limits;
  }

  @Override
  public String name() {
    return "linearizable";
  }

  @Override
  public Verdict check(History history) {
    var deadline = clock.instant().plus(limits.time());
    var byKey = relevant(history.calls());
    var undecided = new ArrayList<String>();
    int calls = 0;
    for (var key : byKey.entrySet()) {
      var ofKey = withoutUnseenWrites(key.getValue());
      calls += ofKey.size();
      var search = new Search<>(model, ofKey, clock, deadline, limits.configurationsPerKey());
      switch (search.run()) {
        case Search.Ordered _ -> {}
        case Search.Impossible impossible -> {
          return invalid(key.getKey(), impossible);
        }
        case Search.GaveUp gaveUp -> undecided.add(key.getKey() + ": " + gaveUp.why());
      }
    }
    if (!undecided.isEmpty()) {
      return new Verdict.Undecided(name(), String.join("; ", undecided));
    }
    if (calls == 0) {
      return new Verdict.Undecided(name(), "the history holds no call that was answered");
    }
    return new Verdict.Valid(name(), calls + " calls on " + byKey.size() + " keys");
  }

  /** By key, without what certainly did not happen, and without reads that nobody answered. */
  private static Map<String, List<Call>> relevant(List<Call> calls) {
    var byKey = new TreeMap<String, List<Call>>();
    for (var call : calls) {
      boolean unansweredRead =
          call.operation() instanceof Operation.Get && call.outcome() instanceof Outcome.Unknown;
      if (!unansweredRead && !(call.outcome() instanceof Outcome.Failed)) {
        byKey.computeIfAbsent(call.operation().key(), _ -> new ArrayList<>()).add(call);
      }
    }
    return byKey;
  }

  /**
   * Without unanswered writes whose value nobody saw or compared with. Every answer names the very
   * value it found, so an order with such a write explains the answers exactly when the order
   * without it does; each of them would double the search.
   */
  static List<Call> withoutUnseenWrites(List<Call> calls) {
    var seen = new HashSet<String>();
    for (var call : calls) {
      if (call.operation() instanceof Operation.CompareAndSet cas) {
        seen.add(cas.expected());
      }
      switch (call.outcome()) {
        case Outcome.Read read -> note(seen, read.found());
        case Outcome.Refused refused -> note(seen, refused.found());
        case Outcome.Deleted deleted -> note(seen, deleted.previous());
        case Outcome.Written _, Outcome.Failed _, Outcome.Unknown _ -> {}
      }
    }
    return calls.stream()
        .filter(call -> !(call.outcome() instanceof Outcome.Unknown && isUnseen(call, seen)))
        .toList();
  }

  private static boolean isUnseen(Call call, HashSet<String> seen) {
    return switch (call.operation()) {
      case Operation.Put put -> !seen.contains(put.value());
      case Operation.CompareAndSet cas -> !seen.contains(cas.value());
      case Operation.Get _, Operation.Delete _ -> false;
    };
  }

  private static void note(HashSet<String> seen, Observation observation) {
    if (observation instanceof Observation.Present present) {
      seen.add(present.value());
    }
  }

  private Verdict invalid(String key, Search.Impossible impossible) {
    var evidence = new ArrayList<String>();
    var longest = impossible.longest();
    int hidden = Math.max(0, longest.size() - EVIDENCE_CALLS);
    evidence.add("longest order that fits: " + longest.size() + " calls, the last of them:");
    longest.stream().skip(hidden).forEach(call -> evidence.add("  " + show(call)));
    evidence.add("after which none of these can follow:");
    impossible.stuck().stream().limit(EVIDENCE_CALLS).forEach(c -> evidence.add("  " + show(c)));
    return new Verdict.Invalid(name(), "no order explains the answers of key " + key, evidence);
  }

  private static String show(Call call) {
    String end = call.returned() == Call.NEVER ? "open" : Long.toString(call.returned() + 1);
    return "lines %d-%s process %d %s -> %s"
        .formatted(call.invoked() + 1, end, call.process(), call.operation(), call.outcome());
  }
}
