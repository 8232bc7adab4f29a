package kontiki.chaos.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kontiki.chaos.history.Change;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;
import org.junit.jupiter.api.Test;

/** A good history, which each checker accepts, and one planted fault at a time. */
class OrderCheckersTest {

  private static final Change FIRST = new Change(2, Change.Kind.PUT, "k", "a");
  private static final Change SECOND = new Change(3, Change.Kind.PUT, "k", "b");
  private static final Change LAST = new Change(4, Change.Kind.DELETE, "k", "");

  private static List<Event> good() {
    var events = new ArrayList<Event>();
    events.add(new Event.WatchOpened(0, 1, 2, "here"));
    call(events, new Operation.Put("k", "a"), new Outcome.Written(2));
    events.add(new Event.WatchSaw(0, 1, FIRST));
    call(events, new Operation.Put("k", "b"), new Outcome.Unknown("timeout"));
    events.add(new Event.WatchSaw(0, 1, SECOND));
    events.add(new Event.WatchProgressed(0, 1, 3));
    call(
        events, new Operation.Delete("k"), new Outcome.Deleted(4, new Observation.Present("b", 3)));
    call(events, new Operation.Put("k", "c"), new Outcome.Failed("refused"));
    events.add(new Event.WatchSaw(0, 1, LAST));
    events.add(new Event.Logged(0, FIRST));
    events.add(new Event.Logged(0, SECOND));
    events.add(new Event.Logged(0, LAST));
    events.add(new Event.LogEnded(0, 4));
    return events;
  }

  private static int process;

  private static void call(List<Event> events, Operation operation, Outcome outcome) {
    events.add(new Event.Invoked(0, ++process, operation));
    events.add(new Event.Returned(0, process, outcome));
  }

  private static Verdict check(Checker checker, Consumer<List<Event>> fault) {
    var events = good();
    fault.accept(events);
    return checker.check(new History(events));
  }

  private static void assertFound(Checker checker, Consumer<List<Event>> fault) {
    assertThat(check(checker, fault)).isInstanceOf(Verdict.Invalid.class);
  }

  @Test
  void acceptTheGoodHistory() {
    for (var checker : List.of(new LostWrites(), new RevisionOrder(), new WatchOrder())) {
      assertThat(check(checker, _ -> {})).isInstanceOf(Verdict.Valid.class);
    }
  }

  @Test
  void lostWritesFindsALostAcknowledgement() {
    assertFound(new LostWrites(), events -> events.remove(new Event.Logged(0, FIRST)));
    assertFound(new LostWrites(), events -> events.remove(new Event.Logged(0, LAST)));
    assertFound(
        new LostWrites(),
        events ->
            events.replaceAll(event ->
                event.equals(new Event.Logged(0, FIRST))
                    ? new Event.Logged(0, new Change(1, Change.Kind.PUT, "k", "a"))
                    : event));
  }

  @Test
  void lostWritesFindsWhatNobodyAskedFor() {
    for (var phantom :
        List.of(
            new Change(5, Change.Kind.PUT, "k", "c"),
            new Change(5, Change.Kind.PUT, "k", "a"),
            new Change(5, Change.Kind.PUT, "other", "a"),
            new Change(5, Change.Kind.DELETE, "other", ""),
            new Change(4, Change.Kind.DELETE, "k", ""))) {
      assertFound(
          new LostWrites(), events -> events.add(events.size() - 1, new Event.Logged(0, phantom)));
    }
  }

  @Test
  void lostWritesIsUndecidedWithoutTheStoresChanges() {
    assertThat(check(new LostWrites(), events -> events.removeLast()))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(check(new WatchOrder(), events -> events.removeLast()))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void revisionOrderFindsRevisionsThatRunBackwards() {
    assertFound(
        new RevisionOrder(),
        events -> call(events, new Operation.Get("x"), new Outcome.Read(3, Observation.ABSENT)));
    assertFound(
        new RevisionOrder(),
        events -> call(events, new Operation.Put("x", "y"), new Outcome.Written(4)));
    assertFound(
        new RevisionOrder(),
        events ->
            call(
                events,
                new Operation.Get("x"),
                new Outcome.Read(9, new Observation.Present("z", 10))));
  }

  @Test
  void revisionOrderFindsARevisionGivenTwiceToConcurrentWrites() {
    assertFound(
        new RevisionOrder(),
        events -> {
          events.add(new Event.Invoked(0, 901, new Operation.Put("x", "1")));
          events.add(new Event.Invoked(0, 902, new Operation.Put("y", "2")));
          events.add(new Event.Returned(0, 901, new Outcome.Written(9)));
          events.add(new Event.Returned(0, 902, new Outcome.Written(9)));
        });
  }

  @Test
  void watchOrderFindsGapsRepeatsSwapsAndInventions() {
    var first = new Event.WatchSaw(0, 1, FIRST);
    var second = new Event.WatchSaw(0, 1, SECOND);
    assertFound(new WatchOrder(), events -> events.remove(second));
    assertFound(new WatchOrder(), events -> events.add(events.indexOf(first), first));
    assertFound(
        new WatchOrder(),
        events -> {
          events.set(events.indexOf(first), new Event.WatchSaw(0, 1, SECOND));
          events.set(events.lastIndexOf(second), first);
        });
    assertFound(
        new WatchOrder(),
        events ->
            events.add(new Event.WatchSaw(0, 1, new Change(5, Change.Kind.PUT, "k", "invented"))));
  }

  @Test
  void watchOrderFindsABrokenPromise() {
    assertFound(new WatchOrder(), events -> events.add(1, new Event.WatchProgressed(0, 1, 2)));
    assertFound(new WatchOrder(), events -> events.add(new Event.WatchProgressed(0, 1, 9)));
  }

  @Test
  void watchOrderAcceptsAWatchThatStartedLateAndEndedEarly() {
    var verdict =
        check(
            new WatchOrder(),
            events -> {
              events.add(new Event.WatchOpened(0, 2, 3, "there"));
              events.add(new Event.WatchSaw(0, 2, SECOND));
              events.add(new Event.WatchClosed(0, 2, "cut"));
            });
    assertThat(verdict).isInstanceOf(Verdict.Valid.class);
  }
}
