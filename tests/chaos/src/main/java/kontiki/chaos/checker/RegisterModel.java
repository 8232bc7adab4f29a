package kontiki.chaos.checker;

import java.util.Optional;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/** A key as a register of values; revisions are not looked at. */
public final class RegisterModel implements Model<RegisterModel.State> {

  /** What the key holds. */
  public sealed interface State {}

  record Empty() implements State {}

  record Holds(String value) implements State {}

  @Override
  public State initial() {
    return new Empty();
  }

  @Override
  public Optional<State> step(State state, Operation operation, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Read read -> when(matches(state, read.found()), state);
      case Outcome.Written _ -> written(state, operation);
      case Outcome.Refused refused ->
          when(matches(state, refused.found()) && !holdsExpected(state, operation), state);
      case Outcome.Deleted deleted -> when(matches(state, deleted.previous()), new Empty());
      case Outcome.Unknown _ -> Optional.of(perhaps(state, operation));
      case Outcome.Failed _ -> Optional.empty();
    };
  }

  private static Optional<State> written(State state, Operation operation) {
    return switch (operation) {
      case Operation.Put put -> Optional.of(new Holds(put.value()));
      case Operation.CompareAndSet cas ->
          when(state.equals(new Holds(cas.expected())), new Holds(cas.value()));
      case Operation.Get _, Operation.Delete _ -> Optional.empty();
    };
  }

  private static State perhaps(State state, Operation operation) {
    return switch (operation) {
      case Operation.Get _ -> state;
      case Operation.Put put -> new Holds(put.value());
      case Operation.CompareAndSet cas ->
          state.equals(new Holds(cas.expected())) ? new Holds(cas.value()) : state;
      case Operation.Delete _ -> new Empty();
    };
  }

  private static boolean holdsExpected(State state, Operation operation) {
    return operation instanceof Operation.CompareAndSet cas
        && state.equals(new Holds(cas.expected()));
  }

  private static boolean matches(State state, Observation observation) {
    return switch (observation) {
      case Observation.Absent _ -> state instanceof Empty;
      case Observation.Present present -> state.equals(new Holds(present.value()));
    };
  }

  private static Optional<State> when(boolean possible, State state) {
    return possible ? Optional.of(state) : Optional.empty();
  }
}
