package kontiki.kvstore.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.SplittableRandom;

/**
 * Values: pieces, at random places, of random bytes from a fixed seed. No two are alike, so that no
 * server compresses them better than the other. Immutable; a source is of one client.
 */
final class Values {
  private static final long SEED = 0x56414c554553L;
  private static final int POOL_BYTES = 1 << 20;

  private final byte[] pool;
  private final int bytes;

  Values(int bytes) {
    this.bytes = bytes;
    this.pool = new byte[POOL_BYTES + bytes];
    new SplittableRandom(SEED).nextBytes(pool);
  }

  int bytes() {
    return bytes;
  }

  Source source(int client) {
    return new Source(new SplittableRandom(SEED + 1 + client));
  }

  /** Not thread-safe. */
  final class Source {
    private final SplittableRandom random;

    private Source(SplittableRandom random) {
      this.random = random;
    }

    ByteString next() {
      return UnsafeByteOperations.unsafeWrap(pool, random.nextInt(POOL_BYTES), bytes);
    }
  }
}
