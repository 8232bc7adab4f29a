package kontiki.orchestrator.api.value;

import org.jspecify.annotations.Nullable;

/** Values that are a number, or text like {@code 25%} of some total. */
public final class IntOrPercent {
  private IntOrPercent() {}

  /** The percentage of text like {@code 25%}; null where it is none. */
  public static @Nullable Integer percent(@Nullable Object value) {
    if (!(value instanceof String text) || !text.matches("[0-9]{1,9}%")) {
      return null;
    }
    return Integer.valueOf(text.substring(0, text.length() - 1));
  }

  /**
   * The number, or the percentage of the total, rounded up or down. Throws IllegalArgumentException
   * where the value is neither.
   */
  public static int scaled(@Nullable Object value, int total, boolean up) {
    if (value instanceof Long number) {
      return Math.toIntExact(number);
    }
    Integer percent = percent(value);
    if (percent == null) {
      throw new IllegalArgumentException(
          "invalid value for IntOrString: invalid type: string is not a percentage");
    }
    double share = (double) percent * total / 100;
    return (int) (up ? Math.ceil(share) : Math.floor(share));
  }
}
