package kontiki.chaos;

import java.time.InstantSource;
import java.util.List;
import kontiki.chaos.checker.Checker;
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
            new WatchOrder());
    return checkers.stream().map(checker -> checker.check(history)).toList();
  }

  static boolean isValid(List<Verdict> verdicts) {
    return verdicts.stream().allMatch(Verdict.Valid.class::isInstance);
  }
}
