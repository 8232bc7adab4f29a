package kontiki.chaos.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/**
 * Makes small histories: clients of a true store, whose answers are sometimes lost, and sometimes
 * (where {@code lies}) replaced by ones that the store never gave.
 */
final class RandomHistory {

  private static final int PROCESSES = 4;

  private final RandomGenerator random;
  private final boolean lies;
  private final List<Event> events = new ArrayList<>();
  private final Operation[] open = new Operation[PROCESSES];
  private final Outcome[] answers = new Outcome[PROCESSES];
  private final int[] names = new int[PROCESSES];
  private int nextName;
  private int nextValue;
  private long revision = 1;
  private Observation held = Observation.ABSENT;

  private RandomHistory(RandomGenerator random, boolean lies) {
    this.random = random;
    this.lies = lies;
  }

  static History of(RandomGenerator random, int calls, boolean lies) {
    var history = new RandomHistory(random, lies);
    int started = 0;
    while (started < calls) {
      int process = random.nextInt(PROCESSES);
      if (history.open[process] == null) {
        history.invoke(process);
        started++;
      } else if (history.answers[process] == null) {
        history.answers[process] = history.execute(history.open[process]);
      } else {
        history.answer(process);
      }
    }
    return new History(history.events);
  }

  private void invoke(int process) {
    names[process] = nextName++;
    open[process] = operation();
    events.add(new Event.Invoked(0, names[process], open[process]));
  }

  private Operation operation() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Operation.Get("k");
      case 2 -> new Operation.Put("k", "v" + nextValue++);
      case 3 ->
          new Operation.CompareAndSet("k", "v" + random.nextInt(nextValue + 1), "v" + nextValue++);
      default -> random.nextInt(3) == 0 ? new Operation.Delete("k") : new Operation.Get("k");
    };
  }

  private Outcome execute(Operation operation) {
    return switch (operation) {
      case Operation.Get _ -> new Outcome.Read(revision, held);
      case Operation.Put put -> write(put.value());
      case Operation.CompareAndSet cas ->
          held instanceof Observation.Present present && present.value().equals(cas.expected())
              ? write(cas.value())
              : new Outcome.Refused(revision, held);
      case Operation.Delete _ -> {
        var previous = held;
        if (previous instanceof Observation.Present) {
          revision++;
          held = Observation.ABSENT;
        }
        yield new Outcome.Deleted(revision, previous);
      }
    };
  }

  private Outcome write(String value) {
    held = new Observation.Present(value, ++revision);
    return new Outcome.Written(revision);
  }

  private void answer(int process) {
    var outcome = random.nextInt(5) == 0 ? new Outcome.Unknown("lost") : answers[process];
    if (lies && random.nextInt(3) == 0) {
      outcome = lie(outcome);
    }
    events.add(new Event.Returned(0, names[process], outcome));
    open[process] = null;
    answers[process] = null;
  }

  private Outcome lie(Outcome truth) {
    long other = Math.max(1, revision - random.nextInt(3));
    return switch (truth) {
      case Outcome.Read _ -> new Outcome.Read(other, anything());
      case Outcome.Written _ -> new Outcome.Written(other);
      case Outcome.Refused _ -> new Outcome.Refused(other, anything());
      case Outcome.Deleted _ -> new Outcome.Deleted(other, anything());
      case Outcome.Unknown _ -> new Outcome.Failed("refused, it said");
      case Outcome.Failed failed -> failed;
    };
  }

  private Observation anything() {
    return nextValue == 0 || random.nextInt(4) == 0
        ? Observation.ABSENT
        : new Observation.Present("v" + random.nextInt(nextValue), 1 + random.nextLong(revision));
  }
}
