package kontiki.kvstore.mvcc;

/**
 * Walks a part of one table in key order. Used by one thread. Starts at its first entry, if any;
 * {@link #key}, {@link #value} and {@link #next} may be called only while {@link #valid}.
 */
public interface Cursor extends AutoCloseable {
  boolean valid();

  /** Goes to the first entry at or after {@code key}, inside the cursor's bounds. */
  void seek(byte[] key);

  void next();

  byte[] key();

  byte[] value();

  @Override
  void close();
}
