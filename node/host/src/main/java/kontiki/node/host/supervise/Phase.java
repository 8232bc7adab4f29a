package kontiki.node.host.supervise;

/** What a component is doing. */
public enum Phase {
  /** What it needs is not there yet. */
  WAITING("waiting"),
  /** It runs, and has not been found healthy yet. */
  STARTING("starting"),
  RUNNING("running"),
  /** It runs, was healthy, and is not any more. */
  UNHEALTHY("unhealthy"),
  /** It has ended and will be started again. */
  RESTARTING("restarting");

  private final String word;

  Phase(String word) {
    this.word = word;
  }

  /** The word that people see. */
  public String word() {
    return word;
  }

  static Phase of(String word) {
    for (Phase phase : values()) {
      if (phase.word.equals(word)) {
        return phase;
      }
    }
    throw new IllegalArgumentException("there is no phase " + word);
  }
}
