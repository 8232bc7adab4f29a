package kontiki.chaos.history;

/** One event of a watch: a key was written ({@code value}) or deleted (an empty value). */
public record Change(long revision, Kind kind, String key, String value) {

  /** What happened to the key. */
  public enum Kind {
    PUT,
    DELETE
  }
}
