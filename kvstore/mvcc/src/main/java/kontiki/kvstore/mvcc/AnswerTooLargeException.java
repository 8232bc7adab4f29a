package kontiki.kvstore.mvcc;

/** A range would need more memory than one answer may take. Carries no stack trace. */
public final class AnswerTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  AnswerTooLargeException(long limitBytes) {
    super(
        "the answer is larger than "
            + limitBytes
            + " bytes, the most that this server holds in memory for one range: read it in pages"
            + " (limit), or with RangeStream",
        null,
        false,
        false);
  }
}
