package kontiki.kvstore.server;

import java.time.Duration;

/** How much of the history a store keeps when it compacts itself. */
public sealed interface Retention {
  /** It does not. */
  record Everything() implements Retention {}

  /** What was current within that time, positive. */
  record Period(Duration period) implements Retention {}

  /** So many revisions before the newest one, positive. */
  record Revisions(long count) implements Retention {}

  /**
   * As etcd reads its two flags: a bare number is hours or revisions, 0 keeps everything.
   *
   * @throws StartException they cannot be read
   */
  static Retention parse(String mode, String retention) {
    String flag = "--auto-compaction-retention";
    boolean number = retention.matches("\\d{1,18}");
    long count = number ? Long.parseLong(retention) : -1;
    return switch (mode) {
      case "periodic" -> {
        Duration period =
            number
                ? Duration.ofHours(Math.min(count, 1_000_000))
                : GoDuration.parse(flag, retention);
        yield period.isZero() ? new Everything() : new Period(period);
      }
      case "revision" -> {
        if (!number) {
          throw new StartException(
              flag + ": \"" + retention + "\" is not a number of revisions such as 1000");
        }
        yield count == 0 ? new Everything() : new Revisions(count);
      }
      default ->
          throw new StartException("--auto-compaction-mode is periodic or revision, not " + mode);
    };
  }
}
