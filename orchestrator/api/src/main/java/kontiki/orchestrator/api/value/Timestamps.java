package kontiki.orchestrator.api.value;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Points in time as Kubernetes writes them: RFC 3339 in UTC, {@code 2026-01-02T03:04:05Z} (Time) or
 * with six digits of a second's fraction (MicroTime).
 */
public final class Timestamps {
  private static final int SECONDS_A_DAY = 86_400;

  private Timestamps() {}

  /** Whole seconds; what is left of a second is cut off. */
  public static String seconds(Instant time) {
    return format(time.getEpochSecond(), 0, false);
  }

  /** Six digits of a second's fraction. */
  public static String micros(Instant time) {
    return format(time.getEpochSecond(), time.getNano(), true);
  }

  /** Reads RFC 3339 with any offset; null where it is none. */
  public static @Nullable Instant parse(String text) {
    long second = epochSecond(text);
    if (second != Long.MIN_VALUE) {
      return Instant.ofEpochSecond(second);
    }
    try {
      return text.length() > 10 && text.charAt(10) == 'T'
          ? OffsetDateTime.parse(text).toInstant()
          : null;
    } catch (DateTimeException malformed) {
      return null;
    }
  }

  /** The text in canonical form; null where it is no time of RFC 3339. */
  public static @Nullable String canonical(String text, boolean micro) {
    if (!micro && epochSecond(text) != Long.MIN_VALUE) {
      return text;
    }
    Instant time = parse(text);
    if (time == null || time.atOffset(ZoneOffset.UTC).getYear() > 9999) {
      return null;
    }
    return micro ? micros(time) : seconds(time);
  }

  /** Seconds since 1970 of a time in canonical form of seconds, else {@link Long#MIN_VALUE}. */
  public static long epochSecond(String text) {
    if (text.length() != 20 || text.charAt(19) != 'Z' || !punctuated(text)) {
      return Long.MIN_VALUE;
    }
    int year = two(text, 0) * 100 + two(text, 2);
    int month = two(text, 5);
    int day = two(text, 8);
    int hour = two(text, 11);
    int minute = two(text, 14);
    int second = two(text, 17);
    if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
      return Long.MIN_VALUE;
    }
    if (hour > 23 || minute > 59 || second > 59) {
      return Long.MIN_VALUE;
    }
    return epochDay(year, month, day) * SECONDS_A_DAY + hour * 3600L + minute * 60L + second;
  }

  private static boolean punctuated(String text) {
    for (int i = 0; i < 19; i++) {
      char c = text.charAt(i);
      boolean fits =
          switch (i) {
            case 4, 7 -> c == '-';
            case 10 -> c == 'T';
            case 13, 16 -> c == ':';
            default -> c >= '0' && c <= '9';
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static int two(String text, int at) {
    return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
  }

  private static int daysOf(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days since 1970, counted in years that begin in March, so that leap days come last. */
  private static long epochDay(int year, int month, int day) {
    int shifted = month <= 2 ? year - 1 : year;
    int ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int era = Math.floorDiv(shifted, 400);
    int yearOfEra = shifted - era * 400;
    return era * 146_097L + yearOfEra * 365L + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468;
  }

  /** The time of a second since 1970 and nanoseconds; years beyond 9999 are refused. */
  public static String format(long epochSecond, int nanos, boolean micro) {
    long days = Math.floorDiv(epochSecond, (long) SECONDS_A_DAY) + 719_468;
    int rest = (int) Math.floorMod(epochSecond, (long) SECONDS_A_DAY);
    long era = Math.floorDiv(days, 146_097L);
    int ofEra = (int) (days - era * 146_097);
    int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shifted = (5 * ofYear + 2) / 153;
    int month = shifted + (shifted < 10 ? 3 : -9);
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    if (year < 0 || year > 9999) {
      throw new DateTimeException("year " + year + " has no form of RFC 3339");
    }
    char[] text = (micro ? "0000-00-00T00:00:00.000000Z" : "0000-00-00T00:00:00Z").toCharArray();
    put(text, 0, (int) year / 100);
    put(text, 2, (int) year % 100);
    put(text, 5, month);
    put(text, 8, ofYear - (153 * shifted + 2) / 5 + 1);
    put(text, 11, rest / 3600);
    put(text, 14, rest / 60 % 60);
    put(text, 17, rest % 60);
    if (micro) {
      put(text, 20, nanos / 10_000_000);
      put(text, 22, nanos / 100_000 % 100);
      put(text, 24, nanos / 1000 % 100);
    }
    return new String(text);
  }

  private static void put(char[] text, int at, int number) {
    text[at] = (char) ('0' + number / 10);
    text[at + 1] = (char) ('0' + number % 10);
  }
}
