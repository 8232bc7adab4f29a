package kontiki.orchestrator.api.value;

/** The forms of IP addresses and ranges, without asking any name server. */
public final class IpAddresses {
  private static final int PARTS_OF_V6 = 8;

  private IpAddresses() {}

  public static boolean isAddress(String text) {
    return isV4(text) || isV6(text);
  }

  /** Four numbers, without leading zeroes. */
  public static boolean isV4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  public static boolean isV6(String text) {
    int gap = text.indexOf("::");
    if (text.indexOf(':') < 0 || gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    int parts = 0;
    String[] halves =
        gap < 0
            ? new String[] {text}
            : new String[] {text.substring(0, gap), text.substring(gap + 2)};
    for (int i = 0; i < halves.length; i++) {
      int count = partsOf(halves[i], i == halves.length - 1);
      if (count < 0) {
        return false;
      }
      parts += count;
    }
    return gap < 0 ? parts == PARTS_OF_V6 : parts < PARTS_OF_V6;
  }

  /** How many parts of 16 bits there are, or -1; the end may be in the form of IPv4. */
  private static int partsOf(String text, boolean end) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (end && i == parts.length - 1 && isV4(parts[i])) {
        count += 2;
      } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
        count++;
      } else {
        return -1;
      }
    }
    return count;
  }

  /** An address, a slash, and how many bits of it count. */
  public static boolean isCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String address = text.substring(0, slash);
    String bits = text.substring(slash + 1);
    if (!bits.matches("0|[1-9][0-9]{0,2}")) {
      return false;
    }
    int count = Integer.parseInt(bits);
    return isV4(address) ? count <= 32 : isV6(address) && count <= 128;
  }
}
