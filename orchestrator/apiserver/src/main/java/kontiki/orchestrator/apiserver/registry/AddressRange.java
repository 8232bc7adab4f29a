package kontiki.orchestrator.apiserver.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses in CIDR form.
 *
 * @param base the first address, as a number
 * @param bits length of the prefix
 */
public record AddressRange(long base, int bits) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
  private static final int ADDRESS_BITS = 32;

  /** Smallest and largest number of addresses kept for those who ask for one by name. */
  private static final long NAMED_MIN = 16;

  private static final long NAMED_MAX = 256;

  /**
   * @throws IllegalArgumentException where the text is no such range, with the reason
   */
  public static AddressRange parse(String cidr) {
    Matcher parts = FORM.matcher(cidr);
    if (!parts.matches() || parts.group(5) == null) {
      throw new IllegalArgumentException(
          "\"" + cidr + "\" is not a range of IPv4 addresses such as 10.96.0.0/16");
    }
    int bits = Integer.parseInt(parts.group(5));
    if (bits < 12 || bits > 30) {
      throw new IllegalArgumentException(
          "\"" + cidr + "\": the prefix must be from 12 to 30 bits long");
    }
    long address = address(cidr.substring(0, cidr.indexOf('/')));
    return new AddressRange(address & -(1L << (ADDRESS_BITS - bits)), bits);
  }

  /** An address as a number; -1 where the text is none. */
  static long address(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || parts.group(5) != null) {
      return -1;
    }
    long address = 0;
    for (int i = 1; i <= 4; i++) {
      int part = Integer.parseInt(parts.group(i));
      if (part > 255) {
        return -1;
      }
      address = (address << 8) | part;
    }
    return address;
  }

  static String text(long address) {
    return ((address >> 24) & 255)
        + "."
        + ((address >> 16) & 255)
        + "."
        + ((address >> 8) & 255)
        + "."
        + (address & 255);
  }

  long size() {
    return 1L << (ADDRESS_BITS - bits);
  }

  /** Whether a service may have the address: neither the first nor the last of the range. */
  boolean offers(long address) {
    return address > base && address < base + size() - 1;
  }

  /** The first address that can be handed out: that of the service kubernetes. */
  public String first() {
    return text(base + 1);
  }

  /** How many addresses at the beginning are left for those who ask for one by name. */
  long named() {
    return Math.min(Math.max(NAMED_MIN, size() / 16), Math.min(NAMED_MAX, size() / 4));
  }

  @Override
  public String toString() {
    return text(base) + "/" + bits;
  }
}
