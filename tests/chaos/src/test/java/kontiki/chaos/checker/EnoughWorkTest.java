package kontiki.chaos.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.History;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;
import org.junit.jupiter.api.Test;

class EnoughWorkTest {
  private static Verdict verdict(int acknowledged, int failed) {
    List<Event> events = new ArrayList<>();
    for (int process = 0; process < acknowledged + failed; process++) {
      events.add(new Event.Invoked(0, process, new Operation.Put("k", "v" + process)));
      Outcome outcome =
          process < acknowledged
              ? new Outcome.Written(2 + process)
              : new Outcome.Unknown("no answer");
      events.add(new Event.Returned(0, process, outcome));
    }
    return new EnoughWork().check(new History(events));
  }

  @Test
  void aStoreThatAnswersHasWorked() {
    int enough = EnoughWork.MIN_ACKNOWLEDGED;
    assertThat(verdict(enough, 0)).isInstanceOf(Verdict.Valid.class);
    assertThat(verdict(enough, enough * (100 / EnoughWork.MIN_PERCENT - 1)))
        .isEqualTo(new Verdict.Valid("work", "50 of 500 calls acknowledged"));
  }

  @Test
  void aStoreThatHardlyAnswersHasShownNothing() {
    assertThat(verdict(0, 0)).isInstanceOf(Verdict.Undecided.class);
    assertThat(verdict(EnoughWork.MIN_ACKNOWLEDGED - 1, 0)).isInstanceOf(Verdict.Undecided.class);
    Verdict tooMany = verdict(EnoughWork.MIN_ACKNOWLEDGED, 451);
    assertThat(tooMany).isInstanceOf(Verdict.Undecided.class);
    assertThat(tooMany.summary()).startsWith("only 50 of 501 calls acknowledged");
  }
}
