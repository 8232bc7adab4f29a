package kontiki.orchestrator.api.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of a resource: a fixed-point number and the form it is written in, as {@code 500m},
 * {@code 1Gi}, {@code 2e3} (apimachinery, pkg/api/resource). The text of {@link #toString} is
 * canonical: no fraction digits, the largest suffix that keeps the number whole. Numbers finer than
 * a billionth are rounded up.
 *
 * @param value the number
 * @param format the family of suffixes it is written with
 */
public record Quantity(BigDecimal value, Format format) implements Comparable<Quantity> {
  /** The families of suffixes. */
  public enum Format {
    /** {@code n u m k M G T P E}, powers of 1000. */
    DECIMAL,
    /** {@code Ki Mi Gi Ti Pi Ei}, powers of 1024. */
    BINARY,
    /** {@code e3}, {@code e-6}. */
    EXPONENT
  }

  public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL);

  /** What {@link #parse} says of text of another form. */
  public static final String FORM =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

  private static final Pattern TEXT =
      Pattern.compile("([+-]?)(\\d*)(?:\\.(\\d*))?([A-Za-z]*)([+-]?\\d*)");
  private static final Map<String, Integer> DECIMAL_EXPONENTS =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final Map<String, Integer> BINARY_EXPONENTS =
      Map.of("Ki", 10, "Mi", 20, "Gi", 30, "Ti", 40, "Pi", 50, "Ei", 60);
  private static final String[] DECIMAL_SUFFIXES = {
    "n", "u", "m", "", "k", "M", "G", "T", "P", "E"
  };
  private static final String[] BINARY_SUFFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final int MAX_LENGTH = 64;

  /** Reads a quantity. Throws IllegalArgumentException with the message of the API server. */
  public static Quantity parse(String text) {
    Quantity simple = simple(text);
    if (simple != null) {
      return simple;
    }
    Matcher parts = TEXT.matcher(text);
    if (text.isEmpty() || text.length() > MAX_LENGTH || !parts.matches()) {
      throw new IllegalArgumentException(FORM);
    }
    String whole = parts.group(2);
    String fraction = parts.group(3) == null ? "" : parts.group(3);
    if (whole.isEmpty() && fraction.isEmpty()) {
      throw new IllegalArgumentException(FORM);
    }
    BigDecimal number = new BigDecimal(new BigInteger("0" + whole + fraction), fraction.length());
    return suffixed(
        parts.group(1).equals("-") ? number.negate() : number, parts.group(4), parts.group(5));
  }

  /** A small whole number, which most quantities are. */
  private static @Nullable Quantity simple(String text) {
    if (text.isEmpty() || text.length() > 15) {
      return null;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      number = number * 10 + c - '0';
    }
    return new Quantity(BigDecimal.valueOf(number), Format.DECIMAL);
  }

  private static Quantity suffixed(BigDecimal number, String letters, String digits) {
    Integer binary = BINARY_EXPONENTS.get(letters);
    if (binary != null && digits.isEmpty()) {
      return of(number.multiply(new BigDecimal(BigInteger.TWO.pow(binary))), Format.BINARY);
    }
    Integer decimal = DECIMAL_EXPONENTS.get(letters);
    if (decimal != null && digits.isEmpty()) {
      return of(number.scaleByPowerOfTen(decimal), Format.DECIMAL);
    }
    if ((letters.equals("e") || letters.equals("E")) && digits.matches("[+-]?\\d{1,4}")) {
      return of(number.scaleByPowerOfTen(Integer.parseInt(digits)), Format.EXPONENT);
    }
    throw new IllegalArgumentException("unable to parse quantity's suffix");
  }

  /** A quantity of a number, brought into what can be represented. */
  public static Quantity of(BigDecimal value, Format format) {
    BigDecimal fits = value;
    if (fits.scale() > 9) {
      fits = fits.setScale(9, RoundingMode.UP);
    }
    if (fits.abs().compareTo(LARGEST) > 0) {
      fits = fits.signum() < 0 ? LARGEST.negate() : LARGEST;
    }
    return new Quantity(fits, format);
  }

  public static Quantity of(long value) {
    return new Quantity(BigDecimal.valueOf(value), Format.DECIMAL);
  }

  public static Quantity ofMilli(long value) {
    return new Quantity(BigDecimal.valueOf(value, 3), Format.DECIMAL);
  }

  public static Quantity ofBytes(long value) {
    return new Quantity(BigDecimal.valueOf(value), Format.BINARY);
  }

  /** Text or a number of a tree as a quantity. Throws IllegalArgumentException where it is none. */
  public static Quantity ofTree(Object value) {
    return parse(value.toString().strip());
  }

  public Quantity plus(Quantity other) {
    return of(value.add(other.value), value.signum() == 0 ? other.format : format);
  }

  public Quantity minus(Quantity other) {
    return of(value.subtract(other.value), value.signum() == 0 ? other.format : format);
  }

  public Quantity times(long factor) {
    return of(value.multiply(BigDecimal.valueOf(factor)), format);
  }

  public int signum() {
    return value.signum();
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  /** The number, rounded up to whole units. */
  public long units() {
    return clamp(value.setScale(0, RoundingMode.CEILING));
  }

  /** The number in thousandths, rounded up. */
  public long milli() {
    return clamp(value.movePointRight(3).setScale(0, RoundingMode.CEILING));
  }

  /** Rounded up to thousandths, as pods' resources are. */
  public Quantity roundedToMilli() {
    return value.scale() <= 3 ? this : new Quantity(value.setScale(3, RoundingMode.UP), format);
  }

  private static long clamp(BigDecimal whole) {
    return whole.compareTo(LARGEST) > 0
        ? Long.MAX_VALUE
        : whole.compareTo(LARGEST.negate()) < 0 ? Long.MIN_VALUE : whole.longValue();
  }

  /** By number: the form does not count. */
  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }

  /** By number, as {@link #compareTo}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Quantity quantity && value.compareTo(quantity.value) == 0;
  }

  @Override
  public int hashCode() {
    return value.stripTrailingZeros().hashCode();
  }

  /** The canonical text. */
  @Override
  public String toString() {
    if (value.signum() == 0) {
      return "0";
    }
    boolean whole = value.stripTrailingZeros().scale() <= 0;
    if (format == Format.BINARY && whole && value.abs().compareTo(KIBI) >= 0) {
      return binary(value.toBigIntegerExact());
    }
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = -stripped.scale();
    BigInteger mantissa = stripped.unscaledValue();
    while (Math.floorMod(exponent, 3) != 0) {
      mantissa = mantissa.multiply(BigInteger.TEN);
      exponent--;
    }
    if (format == Format.EXPONENT || exponent > 18) {
      return exponent == 0 ? mantissa.toString() : mantissa + "e" + exponent;
    }
    return mantissa + DECIMAL_SUFFIXES[exponent / 3 + 3];
  }

  private static String binary(BigInteger whole) {
    int power = Math.min(whole.getLowestSetBit() / 10, BINARY_SUFFIXES.length - 1);
    return whole.shiftRight(power * 10) + BINARY_SUFFIXES[power];
  }
}
