package kontiki.chaos.checker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import kontiki.chaos.history.Call;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Outcome;

/**
 * The store's revision never runs backwards: a call that began after another ended has no smaller
 * revision, and a greater one where it wrote; no two writes share a revision; nothing is seen from
 * a revision beyond the answer's own.
 */
public final class RevisionOrder implements Checker {

  @Override
  public String name() {
    return "revisions";
  }

  @Override
  public Verdict check(History history) {
    var answered =
        history.calls().stream()
            .filter(call -> call.outcome() instanceof Outcome.Acknowledged)
            .toList();
    if (answered.isEmpty()) {
      return new Verdict.Undecided(name(), "the history holds no call that was answered");
    }
    var problems = new ArrayList<String>();
    realTime(answered, problems);
    distinctWrites(answered, problems);
    answered.forEach(call -> future(call, problems));
    return problems.isEmpty()
        ? new Verdict.Valid(name(), answered.size() + " answers")
        : new Verdict.Invalid(name(), problems.size() + " answers out of order", problems);
  }

  private static void realTime(List<Call> answered, List<String> problems) {
    var byReturn = new ArrayList<>(answered);
    byReturn.sort(Comparator.comparingLong(Call::returned));
    int ended = 0;
    Call highest = null;
    for (var call : answered) {
      for (; byReturn.get(ended).returned() < call.invoked(); ended++) {
        var before = byReturn.get(ended);
        if (highest == null || revision(before) > revision(highest)) {
          highest = before;
        }
      }
      if (highest != null) {
        boolean inOrder =
            writes(call) ? revision(call) > revision(highest) : revision(call) >= revision(highest);
        if (!inOrder) {
          problems.add(
              "revision %d (%s, line %d) after revision %d was answered in line %d"
                  .formatted(
                      revision(call),
                      call.operation(),
                      call.returned() + 1,
                      revision(highest),
                      highest.returned() + 1));
        }
      }
    }
  }

  private static void distinctWrites(List<Call> answered, List<String> problems) {
    var writers = new HashMap<Long, Call>();
    for (var call : answered) {
      if (writes(call)) {
        var other = writers.put(revision(call), call);
        if (other != null) {
          problems.add(
              "revision %d was given to %s and to %s"
                  .formatted(revision(call), other.operation(), call.operation()));
        }
      }
    }
  }

  private static void future(Call call, List<String> problems) {
    var found =
        switch ((Outcome.Acknowledged) call.outcome()) {
          case Outcome.Read read -> read.found();
          case Outcome.Refused refused -> refused.found();
          case Outcome.Deleted deleted -> deleted.previous();
          case Outcome.Written _ -> Observation.ABSENT;
        };
    if (found instanceof Observation.Present present && present.modRevision() > revision(call)) {
      problems.add(
          "line %d: mod revision %d is beyond the answer's revision %d"
              .formatted(call.returned() + 1, present.modRevision(), revision(call)));
    }
  }

  private static boolean writes(Call call) {
    return switch ((Outcome.Acknowledged) call.outcome()) {
      case Outcome.Written _ -> true;
      case Outcome.Deleted deleted -> deleted.previous() instanceof Observation.Present;
      case Outcome.Read _, Outcome.Refused _ -> false;
    };
  }

  private static long revision(Call call) {
    return ((Outcome.Acknowledged) call.outcome()).revision();
  }
}
