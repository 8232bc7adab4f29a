package kontiki.chaos.checker;

import kontiki.chaos.history.History;

/** Judges a history. Pure but for its time limit: the same history gets the same verdict. */
public interface Checker {

  /** A short name, as printed: {@code linearizable}, {@code lost-writes} ... */
  String name();

  Verdict check(History history);
}
