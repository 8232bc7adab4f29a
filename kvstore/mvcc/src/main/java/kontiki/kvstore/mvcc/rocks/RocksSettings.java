package kontiki.kvstore.mvcc.rocks;

/**
 * What one engine may use.
 *
 * @param blockCacheBytes for blocks read from disk; write buffers are charged to it too
 * @param writeBufferBytes of one table before it is flushed
 * @param totalWriteBufferBytes of all tables together
 * @param backgroundJobs threads for flushes and compactions
 * @param maxOpenFiles open table files
 */
public record RocksSettings(
    long blockCacheBytes,
    long writeBufferBytes,
    long totalWriteBufferBytes,
    int backgroundJobs,
    int maxOpenFiles) {
  private static final long MIB = 1 << 20;

  public static final RocksSettings DEFAULT =
      new RocksSettings(64 * MIB, 16 * MIB, 32 * MIB, 2, 512);

  /** For tests: flushes and compacts after little data. */
  public static final RocksSettings TINY = new RocksSettings(MIB, 64 << 10, 256 << 10, 1, 64);
}
