package kontiki.kvstore.api;

import com.google.protobuf.ByteString;

/**
 * A range of keys as etcd writes it: {@code end} empty is the one key; {@code end} = one zero byte
 * is every key from {@code key} on; anything else is the half-open range {@code [key, end)}. Keys
 * compare as unsigned bytes. Immutable.
 */
public record KeyRange(ByteString key, ByteString end) {
  /** The one-byte key 0x00: as an end it means "no upper bound", as a key the smallest key. */
  public static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

  public static KeyRange single(ByteString key) {
    return new KeyRange(key, ByteString.EMPTY);
  }

  public static KeyRange single(String key) {
    return single(ByteString.copyFromUtf8(key));
  }

  /** Every key that begins with {@code prefix}; an empty prefix means every key. */
  public static KeyRange prefix(ByteString prefix) {
    return prefix.isEmpty() ? all() : new KeyRange(prefix, prefixEnd(prefix));
  }

  public static KeyRange prefix(String prefix) {
    return prefix(ByteString.copyFromUtf8(prefix));
  }

  /** Every key that is not smaller than {@code key}. */
  public static KeyRange from(ByteString key) {
    return new KeyRange(key.isEmpty() ? ZERO : key, ZERO);
  }

  public static KeyRange all() {
    return new KeyRange(ZERO, ZERO);
  }

  /** The smallest key that is larger than every key with this prefix; ZERO where there is none. */
  public static ByteString prefixEnd(ByteString prefix) {
    for (int i = prefix.size() - 1; i >= 0; i--) {
      if (prefix.byteAt(i) != (byte) 0xff) {
        byte[] end = prefix.substring(0, i + 1).toByteArray();
        end[i]++;
        return ByteString.copyFrom(end);
      }
    }
    return ZERO;
  }

  public boolean isSingle() {
    return end.isEmpty();
  }

  public boolean isUnbounded() {
    return end.equals(ZERO);
  }

  /** True where no key can be in the range. */
  public boolean isEmpty() {
    return !isSingle() && !isUnbounded() && compare(key, end) >= 0;
  }

  public boolean contains(ByteString candidate) {
    if (isSingle()) {
      return key.equals(candidate);
    }
    return compare(key, candidate) <= 0 && (isUnbounded() || compare(candidate, end) < 0);
  }

  /** The order of keys: unsigned bytes, shorter first. */
  public static int compare(ByteString a, ByteString b) {
    return ByteString.unsignedLexicographicalComparator().compare(a, b);
  }
}
