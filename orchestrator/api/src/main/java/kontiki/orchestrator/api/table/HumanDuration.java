package kontiki.orchestrator.api.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Spans of time as people read them in tables: two units at most, the second only while it tells
 * something. The thresholds are those of k8s.io/apimachinery's duration package.
 */
public final class HumanDuration {
  private HumanDuration() {}

  /** For example {@code 45s}, {@code 5m30s}, {@code 2d4h}; {@code <invalid>} for the future. */
  public static String of(Duration span) {
    long seconds = span.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 0) {
      return "0s";
    }
    if (seconds < 120) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return two(minutes, "m", seconds % 60, "s");
    }
    if (minutes < 180) {
      return minutes + "m";
    }
    return hours(minutes);
  }

  private static String hours(long minutes) {
    long hours = minutes / 60;
    if (hours < 8) {
      return two(hours, "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    long days = hours / 24;
    if (days < 8) {
      return two(days, "d", hours % 24, "h");
    }
    if (days < 2 * 365) {
      return days + "d";
    }
    long years = days / 365;
    return years < 8 ? two(years, "y", days % 365, "d") : years + "y";
  }

  private static String two(long first, String unit, long second, String smaller) {
    return second == 0 ? first + unit : first + unit + second + smaller;
  }

  /** How long ago an RFC 3339 time was; {@code <unknown>} for none. */
  public static String since(@Nullable String time, Instant now) {
    Instant then = parse(time);
    return then == null ? "<unknown>" : of(Duration.between(then, now));
  }

  static @Nullable Instant parse(@Nullable String time) {
    if (time == null || time.isEmpty()) {
      return null;
    }
    try {
      return Instant.parse(time);
    } catch (DateTimeException malformed) {
      return null;
    }
  }
}
