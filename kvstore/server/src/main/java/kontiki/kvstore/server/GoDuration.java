package kontiki.kvstore.server;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go's tools write them: {@code 1h30m}, {@code 10s}, {@code 1.5s}, {@code 500ms}. */
public final class GoDuration {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|us|m|s)");
  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000);

  private GoDuration() {}

  /** Throws StartException with the flag's name. */
  public static Duration parse(String flag, String text) {
    Matcher parts = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(unit(parts.group(2))));
      end = parts.end();
    }
    if (end == 0 || end != text.length()) {
      throw new StartException(flag + ": \"" + text + "\" is not a duration such as 10m or 500ms");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  private static BigDecimal unit(String unit) {
    BigDecimal seconds = MICROS.pow(3);
    return switch (unit) {
      case "h" -> seconds.multiply(BigDecimal.valueOf(3600));
      case "m" -> seconds.multiply(BigDecimal.valueOf(60));
      case "s" -> seconds;
      case "ms" -> MICROS.pow(2);
      default -> MICROS;
    };
  }
}
