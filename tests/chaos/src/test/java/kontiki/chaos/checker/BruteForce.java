package kontiki.chaos.checker;

import java.util.List;
import kontiki.chaos.history.Call;
import kontiki.chaos.history.Outcome;

/**
 * The dumb twin of {@link Linearizability}: tries every order of every subset that leaves out only
 * unanswered calls. Small histories of one key only.
 */
final class BruteForce {

  private BruteForce() {}

  static <S> boolean isLinearizable(Model<S> model, List<Call> calls) {
    var certain =
        calls.stream().filter(call -> !(call.outcome() instanceof Outcome.Failed)).toList();
    return extend(model, model.initial(), certain);
  }

  private static <S> boolean extend(Model<S> model, S state, List<Call> left) {
    if (left.stream().allMatch(call -> call.outcome() instanceof Outcome.Unknown)) {
      return true;
    }
    for (var call : left) {
      boolean mayBeNext = left.stream().noneMatch(other -> other.precedes(call));
      if (mayBeNext) {
        var rest = left.stream().filter(other -> other != call).toList();
        var next = model.step(state, call.operation(), call.outcome());
        if (next.isPresent() && extend(model, next.get(), rest)) {
          return true;
        }
      }
    }
    return false;
  }
}
