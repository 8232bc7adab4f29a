package kontiki.chaos.checker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import kontiki.chaos.history.Call;
import kontiki.chaos.history.Change;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/**
 * The store's own record of changes, read after the faults, holds every acknowledged write at the
 * revision that was acknowledged, holds nothing that nobody asked for or that certainly failed, and
 * its revisions rise.
 */
public final class LostWrites implements Checker {

  @Override
  public String name() {
    return "lost-writes";
  }

  @Override
  public Verdict check(History history) {
    var log = history.log();
    if (!log.isComplete()) {
      return new Verdict.Undecided(name(), "the store's changes were never read to their end");
    }
    var calls = history.calls();
    var problems = new ArrayList<String>();
    int acknowledged = lost(calls, log, problems);
    phantoms(calls, log.changes(), problems);
    rising(log, problems);
    if (!problems.isEmpty()) {
      return new Verdict.Invalid(name(), problems.size() + " differences", problems);
    }
    if (acknowledged == 0) {
      return new Verdict.Undecided(name(), "no write was acknowledged");
    }
    return new Verdict.Valid(
        name(), acknowledged + " acknowledged writes among " + log.changes().size() + " changes");
  }

  private static int lost(List<Call> calls, History.Log log, List<String> problems) {
    var recorded = new HashSet<>(log.changes());
    int acknowledged = 0;
    for (var call : calls) {
      var change = acknowledgedChange(call);
      if (change.isPresent()) {
        acknowledged++;
        if (!recorded.contains(change.get())) {
          problems.add(
              "line " + (call.returned() + 1) + ": acknowledged but lost: " + change.get());
        }
      }
    }
    return acknowledged;
  }

  private static Optional<Change> acknowledgedChange(Call call) {
    String key = call.operation().key();
    return switch (call.outcome()) {
      case Outcome.Written written ->
          Optional.of(
              new Change(
                  written.revision(), Change.Kind.PUT, key, value(call.operation()).orElse("")));
      case Outcome.Deleted deleted when deleted.previous() instanceof Observation.Present ->
          Optional.of(new Change(deleted.revision(), Change.Kind.DELETE, key, ""));
      case Outcome.Deleted _,
          Outcome.Read _,
          Outcome.Refused _,
          Outcome.Failed _,
          Outcome.Unknown _ ->
          Optional.empty();
    };
  }

  private static Optional<String> value(Operation operation) {
    return switch (operation) {
      case Operation.Put put -> Optional.of(put.value());
      case Operation.CompareAndSet cas -> Optional.of(cas.value());
      case Operation.Get _, Operation.Delete _ -> Optional.empty();
    };
  }

  private record Put(String key, String value) {}

  /** Values are unique in a run: each may appear once, and only if its write may have happened. */
  private static void phantoms(List<Call> calls, List<Change> changes, List<String> problems) {
    var possible = new HashSet<Put>();
    var deletedKeys = new HashSet<String>();
    for (var call : calls) {
      boolean impossible =
          call.outcome() instanceof Outcome.Failed || call.outcome() instanceof Outcome.Refused;
      if (!impossible) {
        value(call.operation())
            .ifPresent(value -> possible.add(new Put(call.operation().key(), value)));
        if (call.operation() instanceof Operation.Delete delete) {
          deletedKeys.add(delete.key());
        }
      }
    }
    for (var change : changes) {
      boolean asked =
          switch (change.kind()) {
            case PUT -> possible.remove(new Put(change.key(), change.value()));
            case DELETE -> deletedKeys.contains(change.key());
          };
      if (!asked) {
        problems.add("in the store, but refused, written twice or never asked for: " + change);
      }
    }
  }

  private static void rising(History.Log log, List<String> problems) {
    long last = 0;
    for (var change : log.changes()) {
      if (change.revision() <= last) {
        problems.add("revision " + change.revision() + " follows revision " + last);
      }
      last = change.revision();
    }
    if (last > log.end()) {
      problems.add("revision " + last + " lies beyond the end " + log.end());
    }
  }
}
