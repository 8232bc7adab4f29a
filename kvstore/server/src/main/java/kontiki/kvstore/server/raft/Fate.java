package kontiki.kvstore.server.raft;

/** What became of an entry that was given to a leader. */
public enum Fate {
  /** It is committed; it will be applied here in its turn. */
  COMMITTED,
  /** It is in nobody's log and never will be. */
  NOT_PROPOSED,
  /** It may or may not be committed; the log will tell. */
  UNKNOWN;

  byte code() {
    return (byte) ordinal();
  }

  static Fate of(byte code) {
    return values()[code];
  }
}
