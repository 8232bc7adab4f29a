package kontiki.chaos;

import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import kontiki.chaos.checker.Checker;
import kontiki.chaos.checker.EnoughWork;
import kontiki.chaos.checker.Linearizability;
import kontiki.chaos.checker.LostWrites;
import kontiki.chaos.checker.RevisionModel;
import kontiki.chaos.checker.RevisionOrder;
import kontiki.chaos.checker.Verdict;
import kontiki.chaos.checker.WatchOrder;
import kontiki.chaos.history.History;

/** Every checker's verdict on one history. */
final class Judgement {
  private Judgement() {}

  static List<Verdict> of(History history, InstantSource clock) {
    List<Checker> checkers =
        List.of(
            new Linearizability<>(new RevisionModel(), clock, Linearizability.Limits.DEFAULT),
            new LostWrites(),
            new RevisionOrder(),
            new WatchOrder(),
            new EnoughWork());
    return checkers.stream().map(checker -> checker.check(history)).toList();
  }

  static boolean isValid(List<Verdict> verdicts) {
    return verdicts.stream().allMatch(Verdict.Valid.class::isInstance);
  }

  /** On one line: who did not find the history valid, and why. */
  static String problems(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(verdict -> !(verdict instanceof Verdict.Valid))
        .map(verdict -> verdict.checker() + ": " + verdict.summary())
        .collect(Collectors.joining("; "));
  }
}
