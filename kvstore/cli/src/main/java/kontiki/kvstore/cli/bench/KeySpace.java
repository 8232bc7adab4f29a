package kontiki.kvstore.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys of a run: a prefix and a number, filled with zeros in front to the size of a key. Which
 * comes next is random from a fixed seed, or the next in order, over all clients; after the last
 * comes the first. Immutable but for the place in the order.
 */
final class KeySpace {
  private static final long SEED = 0x4b4f4e54494b49L;

  private final byte[] prefix;
  private final int keyBytes;
  private final long size;
  private final boolean sequential;
  private final AtomicLong order = new AtomicLong();

  /**
   * @param keyBytes of each key, the prefix with it
   * @param size how many keys there are
   * @throws IllegalArgumentException where the numbers do not fit into the keys
   */
  KeySpace(String prefix, int keyBytes, long size, boolean sequential) {
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.keyBytes = keyBytes;
    this.size = size;
    this.sequential = sequential;
    int least = this.prefix.length + Long.toString(size - 1).length();
    if (keyBytes < least) {
      throw new IllegalArgumentException(
          "a key of %d bytes cannot hold the prefix '%s' and numbers up to %d: give --key-size %d"
                  .formatted(keyBytes, prefix, size - 1, least)
              + " or more, or a shorter --prefix");
    }
  }

  /** The same keys, from the first to the last. */
  KeySpace inOrder() {
    return new KeySpace(this);
  }

  private KeySpace(KeySpace same) {
    this.prefix = same.prefix;
    this.keyBytes = same.keyBytes;
    this.size = same.size;
    this.sequential = true;
  }

  ByteString prefix() {
    return ByteString.copyFrom(prefix);
  }

  /** The first key after all that begin with the prefix; "\0", all that follow, where none is. */
  static ByteString after(ByteString prefix) {
    byte[] end = prefix.toByteArray();
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xff) {
        end[i]++;
        return ByteString.copyFrom(end, 0, i + 1);
      }
    }
    return ByteString.copyFrom(new byte[1]);
  }

  long size() {
    return size;
  }

  int keyBytes() {
    return keyBytes;
  }

  /** A key of its own; one past the last is where the keys end. */
  ByteString key(long number) {
    byte[] key = blank();
    write(key, number);
    return ByteString.copyFrom(key);
  }

  private byte[] blank() {
    byte[] key = Arrays.copyOf(prefix, keyBytes);
    Arrays.fill(key, prefix.length, keyBytes, (byte) '0');
    return key;
  }

  private void write(byte[] key, long number) {
    long rest = number;
    for (int i = keyBytes - 1; i >= prefix.length; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** A client's source of keys. */
  Keys keys(int client, int perRequest) {
    return new Keys(this, client, perRequest);
  }

  /**
   * Keys in arrays that are written again for each request: a client has one request on its way, so
   * nobody reads the old key any more. Not thread-safe.
   */
  static final class Keys {
    private final KeySpace space;
    private final SplittableRandom random;
    private final byte[][] arrays;
    private final ByteString[] keys;

    private Keys(KeySpace space, int client, int perRequest) {
      this.space = space;
      this.random = new SplittableRandom(SEED + client);
      this.arrays = new byte[perRequest][];
      this.keys = new ByteString[perRequest];
      for (int i = 0; i < perRequest; i++) {
        arrays[i] = space.blank();
        keys[i] = UnsafeByteOperations.unsafeWrap(arrays[i]);
      }
    }

    /**
     * Chooses the keys of the next request: as many as it has, one after the other, all distinct.
     */
    void choose() {
      long first =
          space.sequential
              ? space.order.getAndAdd(keys.length) % space.size
              : random.nextLong(space.size);
      for (int i = 0; i < keys.length; i++) {
        space.write(arrays[i], (first + i) % space.size);
      }
    }

    /** One of the chosen keys; its bytes change with the next choice. */
    ByteString key(int i) {
      return keys[i];
    }
  }
}
