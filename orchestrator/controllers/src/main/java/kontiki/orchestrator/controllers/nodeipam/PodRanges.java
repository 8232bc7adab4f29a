package kontiki.orchestrator.controllers.nodeipam;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a cluster's range of pod addresses into equal ranges, one a node. Pure.
 *
 * @param first the first address of the cluster's range
 * @param prefix the length of the cluster's prefix in bits
 * @param nodePrefix the length of a node's prefix in bits
 */
public record PodRanges(InetAddress first, int prefix, int nodePrefix) {
  private static final int MOST_NODE_BITS = 16;

  /**
   * Reads a range such as {@code 10.244.0.0/16}.
   *
   * @throws IllegalArgumentException when it is none, or holds no or too many node ranges
   */
  public static PodRanges of(String cidr, int nodePrefix) {
    int slash = cidr.indexOf('/');
    if (slash < 1 || !cidr.substring(slash + 1).matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("no address range: " + cidr);
    }
    String address = cidr.substring(0, slash);
    if (!address.matches("[0-9a-fA-F:.]+")) {
      throw new IllegalArgumentException("no address range: " + cidr);
    }
    InetAddress first;
    try {
      first = InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address range: " + cidr, e);
    }
    int prefix = Integer.parseInt(cidr.substring(slash + 1));
    int bits = first.getAddress().length * 8;
    if (nodePrefix < prefix || nodePrefix > bits || nodePrefix - prefix > MOST_NODE_BITS) {
      throw new IllegalArgumentException(
          "the range " + cidr + " cannot be cut into nodes' ranges of /" + nodePrefix);
    }
    return new PodRanges(first, prefix, nodePrefix);
  }

  /** How many nodes the range is enough for. */
  public int size() {
    return 1 << (nodePrefix - prefix);
  }

  /** The range with this number, counted from 0. */
  public String range(int number) {
    byte[] bytes = first.getAddress();
    int bits = bytes.length * 8;
    BigInteger base = new BigInteger(1, bytes).shiftRight(bits - prefix).shiftLeft(bits - prefix);
    BigInteger step = BigInteger.valueOf(number).shiftLeft(bits - nodePrefix);
    byte[] sum = base.add(step).toByteArray();
    byte[] address = new byte[bytes.length];
    int length = Math.min(sum.length, address.length);
    System.arraycopy(sum, sum.length - length, address, address.length - length, length);
    try {
      return InetAddress.getByAddress(address).getHostAddress() + "/" + nodePrefix;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + address.length + " bytes", e);
    }
  }

  /** The first range that is not taken; empty when all are. */
  public Optional<String> next(Set<String> taken) {
    for (int i = 0; i < size(); i++) {
      String range = range(i);
      if (!taken.contains(range)) {
        return Optional.of(range);
      }
    }
    return Optional.empty();
  }
}
