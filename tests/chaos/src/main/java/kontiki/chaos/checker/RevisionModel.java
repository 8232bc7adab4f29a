package kontiki.chaos.checker;

import java.util.Optional;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/**
 * A key with the store's revisions: stricter than {@link RegisterModel}, and quicker to search. A
 * write has a revision above everything seen before it; a read at header revision R shows every
 * write up to R and none after, so a later write has a revision above R.
 */
public final class RevisionModel implements Model<RevisionModel.State> {

  private static final long UNKNOWN = -1;

  /**
   * The key's value ("" and {@code present} false where there is none), the revision that wrote it
   * ({@link #UNKNOWN} after a write without an answer), and the revision that the store has
   * reached.
   */
  public record State(boolean present, String value, long modRevision, long reached) {}

  @Override
  public State initial() {
    return new State(false, "", UNKNOWN, 0);
  }

  @Override
  public Optional<State> step(State state, Operation operation, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Read read -> observe(state, read.found(), read.revision());
      case Outcome.Written written -> written(state, operation, written.revision());
      case Outcome.Refused refused ->
          holdsExpected(state, operation)
              ? Optional.empty()
              : observe(state, refused.found(), refused.revision());
      case Outcome.Deleted deleted -> deleted(state, deleted);
      case Outcome.Unknown _ -> Optional.of(perhaps(state, operation));
      case Outcome.Failed _ -> Optional.empty();
    };
  }

  private static Optional<State> observe(State state, Observation observation, long revision) {
    if (revision < state.reached) {
      return Optional.empty();
    }
    return switch (observation) {
      case Observation.Absent _ ->
          state.present ? Optional.empty() : Optional.of(new State(false, "", UNKNOWN, revision));
      case Observation.Present seen -> {
        boolean sameWrite =
            state.modRevision == UNKNOWN
                ? seen.modRevision() >= state.reached
                : seen.modRevision() == state.modRevision;
        yield state.present
                && sameWrite
                && state.value.equals(seen.value())
                && seen.modRevision() <= revision
            ? Optional.of(new State(true, state.value, seen.modRevision(), revision))
            : Optional.empty();
      }
    };
  }

  private static Optional<State> written(State state, Operation operation, long revision) {
    if (revision <= state.reached) {
      return Optional.empty();
    }
    return switch (operation) {
      case Operation.Put put -> Optional.of(new State(true, put.value(), revision, revision));
      case Operation.CompareAndSet cas ->
          holdsExpected(state, operation)
              ? Optional.of(new State(true, cas.value(), revision, revision))
              : Optional.empty();
      case Operation.Get _, Operation.Delete _ -> Optional.empty();
    };
  }

  private static Optional<State> deleted(State state, Outcome.Deleted deleted) {
    boolean changes = deleted.previous() instanceof Observation.Present;
    if (changes && deleted.revision() <= state.reached) {
      return Optional.empty();
    }
    return observe(state, deleted.previous(), deleted.revision())
        .map(seen -> new State(false, "", UNKNOWN, deleted.revision()));
  }

  private static State perhaps(State state, Operation operation) {
    return switch (operation) {
      case Operation.Get _ -> state;
      case Operation.Put put -> new State(true, put.value(), UNKNOWN, state.reached + 1);
      case Operation.CompareAndSet cas ->
          holdsExpected(state, operation)
              ? new State(true, cas.value(), UNKNOWN, state.reached + 1)
              : state;
      case Operation.Delete _ ->
          state.present ? new State(false, "", UNKNOWN, state.reached + 1) : state;
    };
  }

  private static boolean holdsExpected(State state, Operation operation) {
    return operation instanceof Operation.CompareAndSet cas
        && state.present
        && state.value.equals(cas.expected());
  }
}
