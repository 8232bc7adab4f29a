package kontiki.orchestrator.client;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Go writes them: {@code 500ms}, {@code 15s}, {@code 2m}, {@code 1h}. */
public final class DurationFlag implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    if (!text.matches("[0-9]{1,9}(ms|s|m|h)")) {
      throw new TypeConversionException(
          "'" + text + "' is no duration; write for example 500ms, 15s or 2m");
    }
    String unit = text.replaceAll("[0-9]", "");
    long count = Long.parseLong(text.substring(0, text.length() - unit.length()));
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}
