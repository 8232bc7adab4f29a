package kontiki.chaos.checker;

import kontiki.chaos.history.History;
import kontiki.chaos.history.Outcome;

/**
 * Enough was acknowledged for the other verdicts to mean something: a store that answers nobody
 * breaks no promise. Never invalid, because a store may be unavailable; undecided instead.
 */
public final class EnoughWork implements Checker {
  /** Calls of a run, however short: a healthy store takes that many in a second. */
  static final int MIN_ACKNOWLEDGED = 50;

  /** Of all calls: under all faults a healthy store acknowledges more than half of them. */
  static final int MIN_PERCENT = 10;

  @Override
  public String name() {
    return "work";
  }

  @Override
  public Verdict check(History history) {
    var calls = history.calls();
    long acknowledged =
        calls.stream().filter(call -> call.outcome() instanceof Outcome.Acknowledged).count();
    String share = acknowledged + " of " + calls.size() + " calls acknowledged";
    if (acknowledged < MIN_ACKNOWLEDGED || acknowledged * 100 < calls.size() * (long) MIN_PERCENT) {
      return new Verdict.Undecided(
          name(),
          "only "
              + share
              + ", which says nothing: it takes "
              + MIN_ACKNOWLEDGED
              + ", and "
              + MIN_PERCENT
              + " in 100; see the members' logs, or give it more time");
    }
    return new Verdict.Valid(name(), share);
  }
}
