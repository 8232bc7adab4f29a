package kontiki.chaos.checker;

import java.util.Optional;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/**
 * A sequential key: what one operation after the other would answer. States are immutable and have
 * value equality.
 */
public interface Model<S> {

  S initial();

  /**
   * The state after the operation, or empty where this outcome is impossible in this state. An
   * {@link Outcome.Unknown} is always possible; {@link Outcome.Failed} never reaches a model.
   */
  Optional<S> step(S state, Operation operation, Outcome outcome);
}
