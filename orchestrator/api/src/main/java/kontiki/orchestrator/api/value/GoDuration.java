package kontiki.orchestrator.api.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Lengths of time in Go's text form: {@code 1h30m0s}, {@code 1.5s}, {@code 100ms}. */
public final class GoDuration {
  private static final long MICRO = 1000;
  private static final long MILLI = 1000 * MICRO;
  private static final long SECOND = 1000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  private GoDuration() {}

  /** Nanoseconds as text. */
  public static String format(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    BigDecimal size = BigDecimal.valueOf(nanos).abs();
    StringBuilder text = new StringBuilder(nanos < 0 ? "-" : "");
    if (size.compareTo(BigDecimal.valueOf(SECOND)) < 0) {
      long small = size.longValueExact();
      if (small < MICRO) {
        return text.append(small).append("ns").toString();
      }
      return small < MILLI
          ? text.append(units(size, MICRO)).append("µs").toString()
          : text.append(units(size, MILLI)).append("ms").toString();
    }
    BigDecimal[] hours = size.divideAndRemainder(BigDecimal.valueOf(HOUR));
    BigDecimal[] minutes = hours[1].divideAndRemainder(BigDecimal.valueOf(MINUTE));
    if (hours[0].signum() > 0) {
      text.append(hours[0].toPlainString()).append('h');
    }
    if (hours[0].signum() > 0 || minutes[0].signum() > 0) {
      text.append(minutes[0].toPlainString()).append('m');
    }
    return text.append(units(minutes[1], SECOND)).append('s').toString();
  }

  private static String units(BigDecimal nanos, long unit) {
    BigDecimal count = nanos.divide(BigDecimal.valueOf(unit));
    return count.signum() == 0 ? "0" : count.stripTrailingZeros().toPlainString();
  }

  /** Text as nanoseconds; null where it is no duration or beyond 64 bits. */
  public static @Nullable Long parse(String text) {
    int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (text.substring(at).equals("0")) {
      return 0L;
    }
    if (at == text.length()) {
      return null;
    }
    BigDecimal sum = BigDecimal.ZERO;
    while (at < text.length()) {
      int unitAt = endOfNumber(text, at);
      int next = endOfUnit(text, unitAt);
      long unit = unit(text.substring(unitAt, next));
      String number = text.substring(at, unitAt);
      if (unit == 0 || number.isEmpty() || number.equals(".")) {
        return null;
      }
      if (number.length() > 40 || number.indexOf('.') != number.lastIndexOf('.')) {
        return null;
      }
      sum = sum.add(new BigDecimal(number).multiply(BigDecimal.valueOf(unit)));
      at = next;
    }
    BigDecimal whole = sum.setScale(0, RoundingMode.DOWN);
    if (whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return null;
    }
    return text.startsWith("-") ? -whole.longValueExact() : whole.longValueExact();
  }

  private static int endOfNumber(String text, int from) {
    int at = from;
    while (at < text.length()
        && (text.charAt(at) == '.' || text.charAt(at) >= '0' && text.charAt(at) <= '9')) {
      at++;
    }
    return at;
  }

  private static int endOfUnit(String text, int from) {
    int at = from;
    while (at < text.length()
        && text.charAt(at) != '.'
        && !(text.charAt(at) >= '0' && text.charAt(at) <= '9')) {
      at++;
    }
    return at;
  }

  private static long unit(String name) {
    return switch (name) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> MICRO;
      case "ms" -> MILLI;
      case "s" -> SECOND;
      case "m" -> MINUTE;
      case "h" -> HOUR;
      default -> 0;
    };
  }
}
