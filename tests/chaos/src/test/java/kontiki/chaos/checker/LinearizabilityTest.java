package kontiki.chaos.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

  private static final InstantSource CLOCK = InstantSource.system();

  private final List<Event> events = new ArrayList<>();

  @Test
  void agreesWithTheDumbTwinOnRandomHistories() {
    int valid = compareWithTwin(new RegisterModel()) + compareWithTwin(new RevisionModel());
    assertThat(valid).as("both verdicts must occur").isBetween(2_000, 10_000);
  }

  private static <S> int compareWithTwin(Model<S> model) {
    int valid = 0;
    for (long seed = 0; seed < 6_000; seed++) {
      var random = new SplittableRandom(seed);
      var history = RandomHistory.of(random, 3 + random.nextInt(7), seed % 3 != 0);
      boolean expected = BruteForce.isLinearizable(model, history.calls());
      var verdict = check(model, history);
      assertThat(verdict instanceof Verdict.Invalid)
          .as("seed %d %s: %s", seed, model.getClass().getSimpleName(), verdict)
          .isEqualTo(!expected);
      if (seed % 3 == 0) {
        assertThat(expected).as("seed %d: a true store's history", seed).isTrue();
      }
      valid += expected ? 1 : 0;
    }
    return valid;
  }

  @Test
  void acceptsALongHistoryOfATrueStore() {
    for (long seed = 0; seed < 20; seed++) {
      var history = RandomHistory.of(new SplittableRandom(seed), 1_000, false);
      assertThat(check(new RevisionModel(), history)).isInstanceOf(Verdict.Valid.class);
    }
  }

  @Test
  void rejectsAStaleRead() {
    put(1, "a", 2);
    put(1, "b", 3);
    get(2, 3, new Observation.Present("b", 3));
    get(3, 2, new Observation.Present("a", 2));
    assertRejected(new RegisterModel(), new RevisionModel());
  }

  @Test
  void rejectsALostUpdate() {
    put(1, "a", 2);
    cas(1, "a", "b", 3);
    cas(2, "a", "c", 4);
    assertRejected(new RegisterModel(), new RevisionModel());
  }

  @Test
  void rejectsAReadOfAWriteThatFailed() {
    invoke(1, new Operation.Put("k", "a"));
    answer(1, new Outcome.Failed("no"));
    get(2, 2, new Observation.Present("a", 2));
    assertRejected(new RegisterModel(), new RevisionModel());
  }

  @Test
  void rejectsAnUnansweredWriteThatComesAndGoes() {
    put(1, "a", 2);
    invoke(1, new Operation.Put("k", "b"));
    answer(1, new Outcome.Unknown("timeout"));
    get(2, 3, new Observation.Present("b", 3));
    get(2, 3, new Observation.Present("a", 2));
    assertRejected(new RegisterModel(), new RevisionModel());
  }

  @Test
  void acceptsAnUnansweredWriteThatIsSeenLate() {
    put(1, "a", 2);
    invoke(1, new Operation.Put("k", "b"));
    answer(1, new Outcome.Unknown("timeout"));
    get(2, 2, new Observation.Present("a", 2));
    get(2, 3, new Observation.Present("b", 3));
    assertThat(check(new RegisterModel(), new History(events))).isInstanceOf(Verdict.Valid.class);
    assertThat(check(new RevisionModel(), new History(events))).isInstanceOf(Verdict.Valid.class);
  }

  @Test
  void onlyTheRevisionModelSeesAHeaderAheadOfItsData() {
    put(1, "a", 2);
    invoke(2, new Operation.Put("k", "b"));
    get(1, 3, new Observation.Present("a", 2));
    answer(2, new Outcome.Written(3));
    assertThat(check(new RegisterModel(), new History(events))).isInstanceOf(Verdict.Valid.class);
    assertRejected(new RevisionModel());
  }

  @Test
  void pastItsLimitsItSaysUndecided() {
    var history = RandomHistory.of(new SplittableRandom(7), 3_000, false);
    var few = new Linearizability.Limits(Duration.ofMinutes(1), 50);
    assertThat(new Linearizability<>(new RegisterModel(), CLOCK, few).check(history))
        .isInstanceOf(Verdict.Undecided.class);
    var late = new ArrayList<>(List.of(Instant.EPOCH));
    InstantSource jumping = () -> late.size() > 1 ? Instant.MAX : late.set(0, Instant.MAX);
    var limits = new Linearizability.Limits(Duration.ofSeconds(1), Integer.MAX_VALUE);
    assertThat(new Linearizability<>(new RegisterModel(), jumping, limits).check(history))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(check(new RegisterModel(), new History(List.of())))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void theEvidenceNamesTheAnswerThatFitsNowhere() {
    rejectsAStaleRead();
    var verdict = (Verdict.Invalid) check(new RevisionModel(), new History(events));
    assertThat(String.join("\n", verdict.evidence()))
        .contains("Read[revision=2, found=Present[value=a, modRevision=2]]");
  }

  private void assertRejected(Model<?>... models) {
    for (var model : models) {
      assertThat(check(model, new History(events))).isInstanceOf(Verdict.Invalid.class);
    }
  }

  private static <S> Verdict check(Model<S> model, History history) {
    return new Linearizability<>(model, CLOCK, Linearizability.Limits.DEFAULT).check(history);
  }

  private void put(int process, String value, long revision) {
    invoke(process, new Operation.Put("k", value));
    answer(process, new Outcome.Written(revision));
  }

  private void cas(int process, String expected, String value, long revision) {
    invoke(process, new Operation.CompareAndSet("k", expected, value));
    answer(process, new Outcome.Written(revision));
  }

  private void get(int process, long revision, Observation found) {
    invoke(process, new Operation.Get("k"));
    answer(process, new Outcome.Read(revision, found));
  }

  private void invoke(int process, Operation operation) {
    events.add(new Event.Invoked(0, process, operation));
  }

  private void answer(int process, Outcome outcome) {
    events.add(new Event.Returned(0, process, outcome));
  }
}
