package kontiki.kvstore.mvcc;

import org.jspecify.annotations.Nullable;

/** Something that can be read: a consistent picture of all tables. Safe for many threads. */
public interface EngineView extends AutoCloseable {
  byte @Nullable [] get(Table table, byte[] key);

  /**
   * @param from the first key, included
   * @param to the key after the last one; null: no bound
   */
  Cursor cursor(Table table, byte[] from, byte @Nullable [] to);

  @Override
  void close();
}
