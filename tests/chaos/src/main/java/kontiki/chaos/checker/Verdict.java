package kontiki.chaos.checker;

import java.util.List;

/** What a checker says of a history. Only {@link Valid} is good news. */
public sealed interface Verdict {

  String checker();

  String summary();

  /** The property holds; {@code summary} says over how much. */
  record Valid(String checker, String summary) implements Verdict {}

  /** The property is broken; {@code evidence} shows where, one line each. */
  record Invalid(String checker, String summary, List<String> evidence) implements Verdict {}

  /** Nothing can be said: out of time or memory, or the history lacks what it takes. */
  record Undecided(String checker, String summary) implements Verdict {}
}
