package kontiki.kvstore.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * Says when to compact the store, and at which revision, by etcd's rules. A period is looked at ten
 * times as often as it is long, or as an hour where it is longer; the first compaction comes after
 * one period, the others after at most an hour. A number of revisions is looked at every five
 * minutes. Every member keeps the account, so that a new leader goes on with it. No clock, no
 * thread: {@link #poll} is called by one thread, more often than anything is due.
 */
final class AutoCompaction {
  static final Duration REVISIONS_INTERVAL = Duration.ofMinutes(5);
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
  private static final int LOOKS = 10;

  private final Retention retention;
  private final long lookNanos;
  // What was the newest revision at the last looks; the oldest first.
  private final ArrayDeque<Long> seen = new ArrayDeque<>();
  private final int seenLimit;
  private long nextLook;
  private long dueSince;
  private long waitNanos;
  private long compacted;

  AutoCompaction(Retention retention, long nowNanos, long revision) {
    this.retention = retention;
    this.dueSince = nowNanos;
    switch (retention) {
      case Retention.Period period -> {
        this.lookNanos = interval(period) / LOOKS;
        this.waitNanos = period.period().toNanos();
        this.seenLimit = Math.toIntExact(waitNanos / Math.max(1, lookNanos)) + 1;
      }
      case Retention.Revisions _, Retention.Everything _ -> {
        this.lookNanos = REVISIONS_INTERVAL.toNanos();
        this.seenLimit = 1;
      }
    }
    this.nextLook = nowNanos + lookNanos;
    seen.add(revision);
  }

  /**
   * The revision to compact at now, if any. Until {@link #done} is told of it, it is given again at
   * the next look.
   *
   * @param revision the newest one
   * @param leads whether this member is the one that acts
   */
  OptionalLong poll(long nowNanos, long revision, boolean leads) {
    if (nowNanos - nextLook < 0) {
      return OptionalLong.empty();
    }
    nextLook = nowNanos + lookNanos;
    OptionalLong due = leads ? due(nowNanos, revision) : OptionalLong.empty();
    if (seen.size() == seenLimit) {
      seen.remove();
    }
    seen.add(revision);
    return due;
  }

  /** The store is compacted at {@code revision}. */
  void done(long nowNanos, long revision) {
    compacted = revision;
    dueSince = nowNanos;
  }

  private OptionalLong due(long nowNanos, long revision) {
    return switch (retention) {
      case Retention.Everything _ -> OptionalLong.empty();
      case Retention.Revisions revisions -> unlessDone(revision - revisions.count());
      case Retention.Period period -> {
        if (nowNanos - dueSince < waitNanos) {
          yield OptionalLong.empty();
        }
        OptionalLong due = unlessDone(seen.element());
        if (due.isPresent()) {
          waitNanos = interval(period);
        }
        yield due;
      }
    };
  }

  private OptionalLong unlessDone(long revision) {
    return revision <= 0 || revision == compacted
        ? OptionalLong.empty()
        : OptionalLong.of(revision);
  }

  private static long interval(Retention.Period period) {
    return Math.min(period.period().toNanos(), LONGEST_INTERVAL.toNanos());
  }
}
